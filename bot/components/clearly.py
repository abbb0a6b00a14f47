"""When a message inside a module is clearly a command or clearly a question. Pure, so that it can be tried anywhere.

"stop" is a command, "I wanted to stop everything and just sit" is an answer;
"wait can I drive tomorrow" is a question, "why did I see my dad, I don't know" is an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.components.follow_up import PREFIX
from bot.components.questions import NARRATIVE, ends_in_a_mark, has_question_form, tells_of_asking

COMMANDS = frozenset({"stop", "skip", "repeat", "pause", "resume", "start", "help", "talk_to_person"})
COURTESIES = frozenset({"greet", "thanks", "goodbye"})
SURE_OF_A_QUESTION, SURE_WITHOUT_A_MARK = 0.5, 0.7
PRESSABLE = COMMANDS | {"affirm", "deny"}  # the buttons our own lines carry outside a module

# Messages that are nothing but a command, whatever a classifier makes of them, and what a module understands by them:
# "next" after a question leaves it out, and "done" where something was to be done is an answer.
_PLAIN = {
    "stop": "stop", "parar": "stop", "skip": "skip", "saltar": "skip", "next": "skip", "siguiente": "skip",
    "repeat": "repeat", "repetir": "repeat", "pause": "pause", "pausa": "pause", "help": "help", "help me": "help",
    "help me please": "help", "please help": "help", "please help me": "help", "ayuda": "help", "person": "talk_to_person",
    "persona": "talk_to_person", "human": "talk_to_person", "start": "start", "resume": "resume", "continue": "resume",
    "done": "answer", "ready": "answer", "im ready": "answer", "listo": "answer", "lista": "answer", "finished": "answer",
    "all done": "answer", "ok done": "answer", "i'm done": "answer", "im done": "answer", "go": "answer", "ok": "answer",
}  # fmt: skip
_COURTEOUS = frozenset(
    """hi hello hey there good morning evening afternoon night thanks thank you thx ty so much very a lot bye goodbye see
    later tomorrow hola gracias buenas buenos dias noches adios muchas ok okay cool great take care for now it that's all
    bot again""".split()
)

# What commands sound like. A message is a command only when nothing but these words is left in it.
_COMMAND_WORDS = frozenset(
    """stop skip pause repeat again help start resume continue quit exit cancel end done enough next pass break later
    please pls plz can could you we i i'd i'll i'm let's lets let me us it this that the a an one question step module
    exercise chat for now today need want to would like take go on say back ok okay sorry hey wait no thanks thank
    not right just my place go keep going carry don't dont answer answering what was your last message messages read
    ask me come up where were left off menu options rather prefer moment minute min bit little second sec hold
    having do doing over new once more move along leave out different time tomorrow tonight picking up ready again
    had repeat rephrase understand didn't get catch that's all thats finish finished stopping skipping pausing texting
    sending these parar para saltar pausa repetir ayuda empezar seguir continuar terminar siguiente otra vez por favor
    pregunta ejercicio quiero hacer una esta el la""".split()
)
_PERSON = re.compile(
    r"\b(person|human|someone|somebody|people|agent|operator|nurse|doctor|clinician|therapist|staff|team|real|care team"
    r"|call me|phone me|clinic|persona|alguien|terapeuta|equipo)\b",
    re.I,
)
_ASKS_PERSON = re.compile(
    r"\b(can|could|may) (i|you|someone|somebody|we|a|the|my)\b|\b(want|need|like|wanna|rather)\b.*\b(talk|speak|chat|call|text"
    r"|person|human|someone)|\b(get|give|connect|put|transfer|call|talk|speak|phone|have"
    r"|hablar|llamar|llamarme|puede)\b",
    re.I,
)
_FAQ = re.compile(r"faq_f\d\d")
_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True)
class Heard:
    """A message with the classifier's verdict."""

    text: str
    intent: str
    confidence: float

    @property
    def words(self) -> list[str]:
        return _WORD.findall(self.text.replace("’", "'").lower())


def plainly(text: str) -> str | None:
    """The intent of a message that is only a command word, as it is meant inside a module."""
    return _PLAIN.get(" ".join(_WORD.findall(text.replace("’", "'").lower())))


def clearly_meant(heard: Heard) -> bool:
    """Whether a command or question, heard while a step is open, is certain enough to interrupt it."""
    if heard.intent == "talk_to_person":
        return is_request_for_person(heard)
    if heard.intent in COMMANDS:
        return is_command(heard)
    if heard.intent in COURTESIES:
        return len(heard.words) <= 4 and heard.confidence >= 0.5 and _COURTEOUS.issuperset(heard.words)
    if heard.intent.startswith(("faq_", PREFIX)) or heard.intent == "bot_challenge":
        return is_question(heard)
    return False


def is_command(heard: Heard) -> bool:
    """Short, and made of command words only: "can we skip this one please", "I need a break"."""
    words = heard.words
    if not words or len(words) > 9 or heard.confidence < 0.4:
        return False
    return all(word in _COMMAND_WORDS for word in words) and (len(words) <= 2 or not NARRATIVE.search(heard.text))


def is_request_for_person(heard: Heard) -> bool:
    """Rather one call too many: "can someone call me", but not "I want to talk to my sister about it"."""
    if len(heard.words) > 25 or heard.confidence < 0.45 or not _PERSON.search(heard.text):
        return False
    if len(heard.words) <= 3:
        return True
    return bool(_ASKS_PERSON.search(heard.text)) and not NARRATIVE.search(heard.text)


def is_question(heard: Heard) -> bool:
    """Question form, short, and an answer that the classifier is sure of: surer where no question mark helps."""
    words, asked = heard.words, ends_in_a_mark(heard.text)
    if len(words) < 2 or len(words) > 30 or not has_question_form(heard.text) or tells_of_asking(heard.text):
        return False
    return heard.confidence >= (SURE_OF_A_QUESTION if asked else SURE_WITHOUT_A_MARK)


def pressed(choice: str) -> str | None:
    """The intent behind one of our own buttons ("start", "talk_to_person", "faq_f07", …)."""
    return choice if choice in PRESSABLE or _FAQ.fullmatch(choice) else None
