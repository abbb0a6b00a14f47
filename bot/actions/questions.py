"""Questions: the checked answer, what is asked on after it, and the plain "I don't have one". Content and message in, Turn out."""

from __future__ import annotations

from bot.actions.asked import Asked
from bot.actions.content import Content
from bot.actions.replies import PERSON, back_to_step, say, words
from bot.components.questions import has_question_form
from programme import Effect, Line, Turn

DEFERRING = ("soft", "hard")
ASKED_ON = "more_"
NO_ANSWER = "none"  # stands for the id of an answer that does not exist
Said = tuple[tuple[Line, ...], tuple[Effect, ...]]


def answer_question(content: Content, asked: Asked) -> Turn:
    """The checked answer; where it defers, an offer to pass the question on; then back to the open step."""
    lines, effects = answered(content, asked)
    return Turn(lines + back_to_step(content, asked), asked.place, effects)


def answered(content: Content, asked: Asked, intent: str = "") -> Said:
    """What is said to a question, whatever its kind, and what the record is to keep of it."""
    intent = intent or asked.intent
    if intent.startswith(ASKED_ON):
        return _asked_on(content, asked, intent.removeprefix(ASKED_ON))
    return _from_faq(content, asked, content.faq.follow_ups.instead(asked.last_faq, faq_id_of(intent)))


def _from_faq(content: Content, asked: Asked, faq_id: str) -> Said:
    if faq_id == asked.last_faq and asked.place is None:
        return _same_again(content, asked, faq_id)
    entry = content.faq.entries.get(faq_id)
    if entry is None:
        return no_answer(content, asked)
    sorry, kept = _only_english(content, asked, entry.es)
    exercise, promised = _exercise(content, asked, entry.exercise)
    lines = (*sorry, content.faq.answer(faq_id, asked.channel, asked.locale), *exercise, *_defer(content, asked, faq_id))
    return lines, (faq_effect(faq_id, defers(content, faq_id) and asked.place is None), *promised, *kept)


def _exercise(content: Content, asked: Asked, module: str | None) -> Said:
    """ "It stopped working" is answered, and the fade check offered at once. NEXT would go on with a paused one first."""
    if module is None or module not in asked.wishes or asked.place or asked.paused:
        return (), ()
    if asked.locale.startswith("es") and not content.programme.module(module).in_spanish:
        return (), ()
    return (words(content, asked, "utter_exercise_for_this"),), (Effect("offer_module", {"module": module}),)


def _asked_on(content: Content, asked: Asked, kind: str) -> Said:
    then = content.faq.then(asked.last_faq, kind)
    if then is None or asked.last_faq is None:
        return no_answer(content, asked)
    if then.to:
        return _from_faq(content, asked, then.to)
    sorry, kept = _only_english(content, asked, then.es)
    line = Line(then.for_reader(asked.channel, asked.locale), key=f"faq.{asked.last_faq}.{kind}")
    offer = _offer(content, asked) if then.offer else ()
    return (*sorry, line, *offer), (faq_effect(asked.last_faq, then.offer and asked.place is None), *kept)


def _same_again(content: Content, asked: Asked, faq_id: str) -> Said:
    """The answer stands just above: said twice it would be no answer."""
    return (words(content, asked, "utter_same_answer"),), (faq_effect(faq_id, offers=True), kept_question(asked, "more"))


def no_answer(content: Content, asked: Asked) -> Said:
    """Never an invention: it says so, offers a person, and keeps the question for the clinic."""
    name = "utter_no_answer" if asked.place is None else "utter_no_answer_in_module"
    effects = (faq_effect(asked.last_faq or NO_ANSWER, asked.place is None), kept_question(asked, "unanswered"))
    return (words(content, asked, name),), effects


def out_of_scope(content: Content, asked: Asked) -> Turn:
    turn = say("utter_out_of_scope", then_step=True)(content, asked)
    effects = (faq_effect(NO_ANSWER, offers=asked.place is None), kept_question(asked, "unanswered"))
    return Turn(turn.lines, turn.place, effects)


def dissatisfied(content: Content, asked: Asked) -> Turn:
    """No excuse and no argument: a person is offered, and an answer that was not enough is kept for the clinic.

    A second time nothing is offered any more: a person is asked for.
    """
    kept = (kept_question(asked, "more"),) if asked.last_faq in content.faq.entries else ()
    if asked.sorry:
        turn = say("utter_dissatisfied_again", then_step=True)(content, asked)
        return Turn(turn.lines, turn.place, (PERSON, *kept))
    turn = say("utter_dissatisfied", then_step=True)(content, asked)
    return Turn(turn.lines, turn.place, kept)


def not_understood(content: Content, asked: Asked) -> Turn:
    """Which question was it? If none comes to mind, say so; a second time in a row the gateway calls a person."""
    kept = (kept_question(asked, "unclear"),) if has_question_form(asked.text) else ()
    guessed = [faq_id_of(guess) for guess in asked.guesses if faq_id_of(guess) in content.faq.entries]
    if kept and asked.last_faq in content.faq.entries and asked.place is None:
        lines, effects = no_answer(content, asked)  # asked on after an answer, in words nobody foresaw
        return Turn(lines, None, effects, understood=False)
    if asked.place is not None or len(guessed) < 2:
        turn = say("utter_not_understood", understood=False, then_step=True)(content, asked)
        return Turn(turn.lines, turn.place, kept, understood=False)
    line = words(content, asked, "utter_which_question")
    questions = tuple((f"faq_{faq_id.lower()}", content.faq.entries[faq_id].question) for faq_id in guessed)
    return Turn((Line(line.text, questions + line.choices, line.key),), None, kept, understood=False)


def agree_to_pass_on(content: Content, asked: Asked) -> Turn:
    """Yes to "Want me to pass this to your team?"."""
    notify = Effect("notify", {"kind": "faq_deferred", "level": 1, "reason": asked.last_faq or NO_ANSWER})
    return Turn((words(content, asked, "utter_passed_on"),), asked.place, (notify,))


def faq_effect(faq_id: str, offers: bool = False) -> Effect:
    """Which answer was given last, and whether a yes now passes the question on."""
    return Effect("faq", {"id": faq_id, "offers": offers})


def kept_question(asked: Asked, kind: str) -> Effect:
    """For the clinic's list of questions; the words themselves are in the record already."""
    guess = next((faq_id_of(name) for name in (asked.heard, *asked.guesses) if name.startswith("faq_")), None)
    return Effect("question", {"kind": kind, "after": asked.last_faq, "guess": guess})


def faq_id_of(intent: str) -> str:
    """faq_f07 -> F07."""
    return intent.removeprefix("faq_").upper()


def defers(content: Content, faq_id: str | None) -> bool:
    entry = content.faq.entries.get(faq_id or "")
    return entry is not None and entry.defer in DEFERRING


def _only_english(content: Content, asked: Asked, spanish: str | None) -> Said:
    """A Spanish reader of an English answer is told so, and the clinic learns which answer is missed."""
    if spanish is not None or not asked.locale.startswith("es"):
        return (), ()
    return (words(content, asked, "utter_only_in_english"),), (kept_question(asked, "language"),)


def _defer(content: Content, asked: Asked, faq_id: str) -> tuple[Line, ...]:
    """The clinic's deferring line. Its yes and no would be taken for the open step's, so a module gets words only."""
    line = content.faq.after(faq_id)
    if line is None:
        return ()
    hard = content.faq.entries[faq_id].defer == "hard"
    if asked.place is not None:
        return (words(content, asked, "utter_prescriber_in_module" if hard else "utter_defer_in_module"),)
    offer = words(content, asked, "utter_prescriber_decides" if hard else "utter_offer_pass_on")
    return (Line(offer.text if asked.locale.startswith("es") else line.text, offer.choices, line.key),)


def _offer(content: Content, asked: Asked) -> tuple[Line, ...]:
    return (words(content, asked, "utter_defer_in_module" if asked.place is not None else "utter_offer_pass_on"),)
