"""What the bot answers to each kind of message outside the answers themselves. Pure: content and message in, Turn out."""

from __future__ import annotations

from collections.abc import Callable

from bot.actions.asked import Asked
from bot.actions.content import Content
from programme import Effect, Line, Turn, command, open_module, resume

Handler = Callable[[Content, Asked], Turn]
DEFERRING = ("soft", "hard")


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
        return resume(content.programme, place, asked.facts)
    if asked.offer:
        return open_module(content.programme, asked.offer[0], asked.facts)
    return say("utter_nothing_to_start")(content, asked)


def answer_question(content: Content, asked: Asked) -> Turn:
    """The checked FAQ answer; where it defers, an offer to pass the question on; then back to the open step."""
    return answer_faq(content, asked, faq_id_of(asked.intent))


def answer_faq(content: Content, asked: Asked, faq_id: str) -> Turn:
    lines = faq_lines(content, asked, faq_id)
    return Turn(lines + back_to_step(content, asked), asked.place, (faq_effect(faq_id),))


def faq_lines(content: Content, asked: Asked, faq_id: str) -> tuple[Line, ...]:
    entry = content.faq.entries.get(faq_id)
    english_only = asked.locale.startswith("es") and entry is not None and entry.es is None
    sorry = (words(content, asked, "utter_only_in_english"),) if english_only else ()
    return (*sorry, content.faq.answer(faq_id, asked.channel, asked.locale), *_defer(content, asked, faq_id))


def faq_effect(faq_id: str) -> Effect:
    return Effect("faq", {"id": faq_id})


def _defer(content: Content, asked: Asked, faq_id: str) -> tuple[Line, ...]:
    """The clinic's deferring line. Its yes and no would be taken for the open step's, so a module gets words only."""
    line = content.faq.after(faq_id)
    if line is None:
        return ()
    if asked.place is not None:
        return (words(content, asked, "utter_defer_in_module"),)
    offer = words(content, asked, "utter_offer_pass_on")
    return (Line(offer.text if asked.locale.startswith("es") else line.text, offer.choices, line.key),)


def faq_id_of(intent: str) -> str:
    """faq_f07 -> F07."""
    return intent.removeprefix("faq_").upper()


def defers(content: Content, faq_id: str | None) -> bool:
    entry = content.faq.entries.get(faq_id or "")
    return entry is not None and entry.defer in DEFERRING


def ask_for_person(content: Content, asked: Asked) -> Turn:
    """A clinician is asked for at once; an open module waits where it is."""
    notify = Effect("notify", {"kind": "person_requested", "level": 1, "reason": "person_requested"})
    return Turn((words(content, asked, "utter_person_requested"),), asked.place, (notify,))


def agree(content: Content, asked: Asked) -> Turn:
    """Yes to "Want me to pass this to your team?", or yes to the exercise that was offered."""
    if asked.last_faq and defers(content, asked.last_faq):
        notify = Effect("notify", {"kind": "faq_deferred", "level": 1, "reason": asked.last_faq})
        return Turn((words(content, asked, "utter_passed_on"),), asked.place, (notify,))
    if asked.offer and asked.last_faq is None:
        return begin(content, asked)
    return say("utter_agreed")(content, asked)


def decline(content: Content, asked: Asked) -> Turn:
    name = "utter_not_passed_on" if defers(content, asked.last_faq) else "utter_declined"
    return say(name)(content, asked)


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


def not_understood(content: Content, asked: Asked) -> Turn:
    """Which question was it? If none comes to mind, say so; a second time in a row the gateway calls a person."""
    guessed = [faq_id_of(guess) for guess in asked.guesses if faq_id_of(guess) in content.faq.entries]
    if asked.place is not None or len(guessed) < 2:
        return say("utter_not_understood", understood=False, then_step=True)(content, asked)
    line = words(content, asked, "utter_which_question")
    questions = tuple((f"faq_{faq_id.lower()}", content.faq.entries[faq_id].question) for faq_id in guessed)
    return Turn((Line(line.text, questions + line.choices, line.key),), None, (), understood=False)
