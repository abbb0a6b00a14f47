"""What the bot answers to each kind of message outside the answers themselves. Pure: content and message in, Turn out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.actions.asked import Asked
from bot.actions.content import Content
from programme import Effect, Line, Turn, command, open_module, resume

Handler = Callable[[Content, Asked], Turn]

PERSON = Effect("notify", {"kind": "person_requested", "level": 1, "reason": "person_requested"})


def words(content: Content, asked: Asked, name: str) -> Line:
    """One of the bot's own sentences, worded for where and in what language it will be read."""
    return content.words.line(name, asked.channel, asked.locale)


def say(*names: str, understood: bool = True, then_step: bool = False) -> Handler:
    """Say these words; with `then_step`, an open module's question is put again after a short bridge."""

    def handler(content: Content, asked: Asked) -> Turn:
        lines = tuple(words(content, asked, name) for name in names)
        back = back_to_step(content, asked) if then_step else ()
        return Turn(lines + back, asked.place, (), understood)

    return handler


def back_to_step(content: Content, asked: Asked) -> tuple[Line, ...]:
    """A short bridge and the open step's question, or nothing when no module is open."""
    if asked.place is None:
        return ()
    again = command(content.programme, asked.place, "repeat", asked.facts)
    return (words(content, asked, "utter_back_to_step"), *again.lines)


def step_command(word: str) -> Handler:
    """Skip, repeat, pause or stop the open module; without one, say what these words do."""

    def handler(content: Content, asked: Asked) -> Turn:
        if asked.place is None:
            return say(f"utter_nothing_to_{word}")(content, asked)
        return command(content.programme, asked.place, word, asked.facts)  # type: ignore[arg-type]

    return handler


def begin(content: Content, asked: Asked) -> Turn:
    """Go on with the open or paused module, or open the most fitting one that may be started now."""
    if (place := asked.place or asked.paused) is not None:
        return _told_first(content, asked, place.module, resume(content.programme, place, asked.facts))
    if asked.offer:
        return _opened(content, asked, asked.offer[0])
    return say("utter_nothing_to_start")(content, asked)


def exercise(module: str, otherwise: str) -> Handler:
    """One exercise asked for by what it is for: opened at once where it may be, and something said in its place where not."""

    def handler(content: Content, asked: Asked) -> Turn:
        if asked.place is None and module in asked.wishes:
            return _opened(content, asked, module)
        return say(otherwise, then_step=True)(content, asked)

    return handler


def _opened(content: Content, asked: Asked, module: str) -> Turn:
    return _told_first(content, asked, module, open_module(content.programme, module, asked.facts))


def _told_first(content: Content, asked: Asked, module: str, turn: Turn) -> Turn:
    """Who reads Spanish may have an English exercise, and is told beforehand that it is one."""
    if not asked.locale.startswith("es") or content.programme.module(module).in_spanish:
        return turn
    return replace(turn, lines=(words(content, asked, "utter_exercise_only_in_english"), *turn.lines))


def ask_for_person(content: Content, asked: Asked) -> Turn:
    """A clinician is asked for at once; an open module waits where it is."""
    return Turn((words(content, asked, "utter_person_requested"),), asked.place, (PERSON,))


def agree(content: Content, asked: Asked) -> Turn:
    """Yes to the exercise that was offered; yes to passing a question on is for questions.py."""
    if asked.offer and asked.last_faq is None:
        return begin(content, asked)
    return say("utter_agreed")(content, asked)


def decline(content: Content, asked: Asked) -> Turn:
    return say("utter_not_passed_on" if asked.passing else "utter_declined")(content, asked)


def greet(content: Content, asked: Asked) -> Turn:
    """Says plainly that this is a chatbot, then where to begin or to go on."""
    hello = words(content, asked, "utter_greet")
    if asked.place is not None:
        return Turn((hello, *back_to_step(content, asked)), asked.place)
    name = "utter_offer_exercise" if asked.offer else "utter_ask_me"
    return Turn((hello, words(content, asked, name)), None)


def thank_for_sharing(content: Content, asked: Asked) -> Turn:
    """A journal entry that no step asked for: kept, read by the team, not interpreted."""
    return say("utter_shared")(content, asked)
