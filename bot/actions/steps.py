"""Inside a module: what the open step makes of a message, before anybody takes it for a question or a command."""

from __future__ import annotations

from bot.actions.asked import Asked
from bot.actions.content import Content
from bot.actions.questions import ASKED_ON, answered, dissatisfied
from bot.actions.replies import ask_for_person, back_to_step, step_command
from bot.components.questions import before_question
from programme import Reply, Turn, answer

# Words that mean themselves at every step, whatever its choices are called.
ALWAYS_COMMANDS = frozenset(
    {"stop", "skip", "pause", "repeat", "help", "person", "parar", "saltar", "pausa", "repetir", "ayuda", "persona"}
)
TAKES_ANYTHING = ("free_text", "ready", "none")  # every message would be an answer here, so commands go first
ASKS_FOR_A_VALUE = ("yes_no", "scale")  # "yes, can someone call me": never only a yes
QUESTIONS = ("faq_", ASKED_ON)
COMMANDS = ("stop", "skip", "repeat", "pause")
SURE_ENOUGH = 0.5  # of a question put at a step that could make nothing of it


def answer_step(content: Content, asked: Asked) -> Turn:
    """The step's own understanding first; if it has none, the question, command or call for a person that was heard after all."""
    assert asked.place is not None
    turn = answer(content.programme, asked.place, asked.reply, asked.facts)
    if turn.understood or asked.choice is not None or asked.heard_confidence < SURE_ENOUGH:
        return turn
    if asked.heard.startswith(QUESTIONS):
        lines, effects = answered(content, asked, asked.heard)
        return Turn(lines + back_to_step(content, asked), asked.place, effects)
    if asked.heard == "dissatisfied":
        return dissatisfied(content, asked)
    if asked.heard == "talk_to_person":
        return ask_for_person(content, asked)
    return step_command(asked.heard)(content, asked) if asked.heard in COMMANDS else turn


def understood_by_step(content: Content, asked: Asked) -> Turn | None:
    """The turn, when a scale, choice or yes/no step knows what "talk to my therapist" means; free text never does."""
    if asked.place is None or asked.text.strip(" .!").lower() in ALWAYS_COMMANDS:
        return None
    kind = content.programme.step(asked.place).answer
    if kind in TAKES_ANYTHING or (kind in ASKS_FOR_A_VALUE and asked.intent == "talk_to_person"):
        return None
    if asked.intent.startswith(QUESTIONS):
        return _answer_and_question(content, asked)
    turn = answer(content.programme, asked.place, asked.reply, asked.facts)
    return turn if turn.understood else None


def _answer_and_question(content: Content, asked: Asked) -> Turn | None:
    """ "5, is that normal?": the question is answered, and what stands before it is the step's."""
    assert asked.place is not None
    said = before_question(asked.text)
    turn = answer(content.programme, asked.place, Reply(said), asked.facts) if said else Turn(understood=False)
    if not turn.understood:
        return None
    lines, effects = answered(content, asked)
    return Turn(lines + turn.lines, turn.place, (*effects, *turn.effects))
