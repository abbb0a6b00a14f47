"""When a message inside a module is clearly a command or clearly a question. Pure, so that it can be tried anywhere.

"stop" is a command, "I wanted to stop everything and just sit" is an answer;
"wait can I drive tomorrow" is a question, "why did I see my dad, I don't know" is an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMANDS = frozenset({"stop", "skip", "repeat", "pause", "resume", "start", "help", "talk_to_person"})
COURTESIES = frozenset({"greet", "thanks", "goodbye"})
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
_NARRATIVE = re.compile(
    r"\b(i|we|it|he|she|they|everything|mind|body)('d| had)? (just )?"
    r"(wanted|felt|was|were|had|tried|thought|kept|saw|heard|made|couldn't|could not|cried|remembered|went|got|let)\b"
    r"|\b(wanted to|felt like|made me|trying to|learn(ed)? to|used to|helps? me|afraid|scared|until|because|when i)\b",
    re.I,
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
_LEAD_IN = re.compile(
    r"^((wait|hey|hi|hello|so|ok|okay|um+|uh+|sorry|btw|also|and|but|oh|well|hm+|quick question|one question|question"
    r"|actually|just wondering|before i answer|first)[\s,.:;!-]*)+",
    re.I,
)
_ASKS = re.compile(
    r"^(what|what's|whats|when|where|who|why|which|how|how's|hows|can|could|may|am i|is|are|isn't|do|does|did|don't"
    r"|should|shouldn't|will|would|won't|has|have (i|you)|any (idea|chance|way)|is it|i('m| am) (wondering|curious)"
    r"|wondering|curious|tell me|explain|any (risk|danger|problem|side))\b",
    re.I,
)
_ASKS_ANYWHERE = re.compile(_ASKS.pattern.replace("^", r"\b", 1), re.I)
_FAQ = re.compile(r"faq_f\d\d")
# Without a question mark a sentence asks only if it goes on like one: "how long do", not "how kind the nurse was".
_ASKS_ON = re.compile(
    r"^(can|could|should|may|will|would|do|does|did|is|are|am|was|has|have|isn't|don't|won't|shouldn't)"
    r" (i|you|u|we|it|this|that|they|there|people|someone|anyone|my|ketamine|kap|the (session|medicine|ketamine|clinic|dose))\b"
    r"|^(what|what's|whats|when|where|who|why|which|how|how's|hows) "
    r"(is|are|was|do|does|did|can|could|should|will|would|if|now|then|happens|about|long|much|many|often|soon|safe|bad|dangerous|the"
    r" (cost|price|risk|risks|side))\b"
    r"|^(what's|whats|how's|hows|any (idea|chance|way|risk|danger|problem|side)|wondering|curious|tell me|explain"
    r"|i('m| am) (wondering|curious)|is it)\b",
    re.I,
)
_ALLOWED = re.compile(r"\b(am i allowed|is it ok(ay)?|ok(ay)? to|safe to|allowed to|how long|how much|how many)\b", re.I)
_WORD = re.compile(r"[\w']+")
SURE_OF_A_QUESTION, SURE_WITHOUT_A_MARK = 0.4, 0.5


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
    if heard.intent.startswith("faq_") or heard.intent == "bot_challenge":
        return is_question(heard)
    return False


def is_command(heard: Heard) -> bool:
    """Short, and made of command words only: "can we skip this one please", "I need a break"."""
    words = heard.words
    if not words or len(words) > 9 or heard.confidence < 0.4:
        return False
    return all(word in _COMMAND_WORDS for word in words) and (len(words) <= 2 or not _NARRATIVE.search(heard.text))


def is_request_for_person(heard: Heard) -> bool:
    """Rather one call too many: "can someone call me", but not "I want to talk to my sister about it"."""
    if len(heard.words) > 25 or heard.confidence < 0.45 or not _PERSON.search(heard.text):
        return False
    if len(heard.words) <= 3:
        return True
    return bool(_ASKS_PERSON.search(heard.text)) and not _NARRATIVE.search(heard.text)


def is_question(heard: Heard) -> bool:
    """Question form, short, and an answer that the classifier is sure of: surer where no question mark helps."""
    words, asked = heard.words, heard.text.rstrip(" .!)").endswith("?")
    if len(words) < 2 or len(words) > 30 or not has_question_form(heard.text) or _tells_of_asking(heard.text):
        return False
    return heard.confidence >= (SURE_OF_A_QUESTION if asked else SURE_WITHOUT_A_MARK)


def has_question_form(text: str) -> bool:
    """Ends in a question mark, or begins and goes on as questions do: "wait can i drive tomorrow"."""
    bare = _LEAD_IN.sub("", text.strip().replace("’", "'"))
    asks = bool(_ASKS_ON.match(bare)) or bool(_ALLOWED.search(bare[:40]) and not _NARRATIVE.search(text))
    return text.rstrip(" .!)").endswith("?") or asks


def _tells_of_asking(text: str) -> bool:
    """A question inside an entry: "What am I so scared of? It went round and round."."""
    _, mark, rest = text.partition("?")
    return bool(mark) and len(_WORD.findall(rest)) > 4 and not rest.rstrip(" .!)").endswith("?")


def before_question(text: str) -> str:
    """What a patient says before asking: "yes" of "ok yes, is that normal?", nothing of "ok can I drive tomorrow"."""
    bare = _LEAD_IN.sub("", text.strip().replace("’", "'"))
    asks = _ASKS_ANYWHERE.search(bare)
    return bare[: asks.start()].strip(" ,.;:-") if asks else ""


def pressed(choice: str) -> str | None:
    """The intent behind one of our own buttons ("start", "talk_to_person", "faq_f07", …)."""
    return choice if choice in PRESSABLE or _FAQ.fullmatch(choice) else None
