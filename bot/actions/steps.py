"""Inside a module: what the open step makes of a message, before anybody takes it for a question or a command."""

from __future__ import annotations

from bot.actions.asked import Asked
from bot.actions.content import Content
from bot.actions.replies import answer_faq, ask_for_person, faq_id_of
from programme import Turn, answer

# Words that mean themselves at every step, whatever its choices are called.
ALWAYS_COMMANDS = frozenset({"stop", "skip", "pause", "repeat", "help"})
SURE_ENOUGH = 0.5  # of a question put at a step that could make nothing of it


def answer_step(content: Content, asked: Asked) -> Turn:
    """The step's own understanding first; if it has none, a question or a call for a person that was heard after all."""
    assert asked.place is not None
    turn = answer(content.programme, asked.place, asked.reply, asked.facts)
    if turn.understood or asked.choice is not None or asked.heard_confidence < SURE_ENOUGH:
        return turn
    if asked.heard.startswith("faq_"):
        return answer_faq(content, asked, faq_id_of(asked.heard))
    return ask_for_person(content, asked) if asked.heard == "talk_to_person" else turn


def understood_by_step(content: Content, asked: Asked) -> Turn | None:
    """The turn, when a scale, choice or yes/no step knows what "talk to my therapist" means; free text never does."""
    if asked.place is None or asked.text.strip(" .!").lower() in ALWAYS_COMMANDS:
        return None
    if content.programme.step(asked.place).answer in ("free_text", "none"):
        return None
    turn = answer(content.programme, asked.place, asked.reply, asked.facts)
    return turn if turn.understood else None
