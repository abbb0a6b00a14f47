"""What an answer means at the step that asked. Pure; what is not clear stays unclear rather than guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from programme.content import Choosable, Step, Understanding
from programme.hearing import close, denied, holds, plain
from programme.numbers import scale_value
from programme.turns import Facts, Reply

Value = str | int | tuple[str, ...]
UNCLEAR = "unclear"
_PLAINEST = 4


@dataclass(frozen=True, slots=True)
class Meaning:
    """The value of an answer, or None when the words did not give one."""

    value: Value | None
    text: str

    @property
    def clear(self) -> bool:
        return self.value is not None


def understand(step: Step, reply: Reply, words: Understanding, facts: Facts) -> Meaning:
    text = reply.text.strip() or _label(step, reply.choice)
    pressed = _pressed(step, reply.choice)
    if pressed is not None:
        return Meaning(pressed, text)
    return Meaning(_same(step, text, words, facts) or _typed(step, text, words), text)


def _pressed(step: Step, choice: str | None) -> Value | None:
    """A button's value is taken only if the step that asked really has it."""
    if choice is None:
        return None
    if step.answer == "yes_no":
        return choice if choice in ("yes", "no") else None
    if step.answer == "scale":
        return int(choice) if re.fullmatch(r"\d+", choice) and step.lowest <= int(choice) <= step.highest else None
    known = any(option.value == choice for option in step.choices)
    return ((choice,) if step.answer == "choices" else choice) if known else None


def _label(step: Step, choice: str | None) -> str:
    return next((option.label for option in step.choices if option.value == choice), choice or "")


def _same(step: Step, text: str, words: Understanding, facts: Facts) -> Value | None:
    """ "same as yesterday" is an answer when yesterday's is known."""
    before = facts.get(f"last_{step.save}") if step.save else None
    heard = plain(text)
    if before is None or not any(holds(heard, plain(phrase)) for phrase in words.same):
        return None
    return _pressed(step, str(before))


def _typed(step: Step, text: str, words: Understanding) -> Value | None:
    if not text:
        return "" if step.optional or step.answer == "ready" else None
    match step.answer:
        case "yes_no":
            return yes_or_no(step, text, words)
        case "scale":
            return _scale(step, text, words)
        case "choice":
            return _choice(step, text, words)
        case "choices":
            return _choices(step, text, words)
        case _:
            return text


def _scale(step: Step, text: str, words: Understanding) -> int | None:
    value = scale_value(text, words.numbers, step.lowest, step.highest, step.worse)
    if value is not None or not step.labels:
        return value
    heard = plain(text)
    named = [number for number, label in step.labels.items() if holds(heard, plain(label)) or close(heard, plain(label))]
    return named[0] if len(named) == 1 else None


# --- yes and no ---


def yes_or_no(step: Step, text: str, words: Understanding) -> str | None:
    """ "yep", "nah", "not really", "sí", "no pain at all", "yes chest pain", "my sister is here" (by the step's words)."""
    heard = plain(text)
    if _exactly(heard, words.unsure) or (_alarming(step) and _exactly(heard, words.nods)):
        return None
    for answer, phrases in (("no", words.no), ("yes", words.yes)):
        if _exactly(heard, phrases):
            return answer
    first = _opening(step, heard, words) or _ending(heard, words)
    hints = _hinted(step, heard, words)
    if first is None:
        return _one_of(step, hints)
    return _one_of(step, hints | {first}) if hints else _unless_turned(step, heard, first, words)


def _exactly(heard: str, phrases: tuple[str, ...]) -> bool:
    return heard in {plain(phrase) for phrase in phrases}


def _alarming(step: Step) -> bool:
    """A yes here calls somebody: it must be a yes, and not the "fine, ok" of somebody who is fine."""
    return step.safety and "yes" in step.cautious


def _opening(step: Step, heard: str, words: Understanding) -> str | None:
    """The longest yes or no at the beginning: "not really tired" opens with "not really"."""
    best, answer = 0, None
    weak = {plain(phrase) for phrase in (words.nods if _alarming(step) else words.hedges)}
    for value, phrases in (("no", words.no), ("yes", words.yes), (None, words.unsure)):
        for phrase in (plain(phrase) for phrase in phrases if plain(phrase) not in weak):
            if len(phrase) > best and re.match(rf"{re.escape(phrase)}(?!\w)", heard):
                best, answer = len(phrase), value
    return answer


def _ending(heard: str, words: Understanding) -> str | None:
    """ "my friend could, yes": only the plainest words, which stand first in their list."""
    last = heard.split()[-1] if heard else ""
    for value, phrases in (("yes", words.yes), ("no", words.no)):
        if last in map(plain, phrases[:_PLAINEST]):
            return value
    return None


def _hinted(step: Step, heard: str, words: Understanding) -> set[str]:
    hints = set()
    if any(_said(heard, phrase, words) for phrase in step.means_yes):
        hints.add("yes")
    if any(holds(heard, plain(phrase)) for phrase in step.means_no):
        hints.add("no")
    return hints


def _said(heard: str, phrase: str, words: Understanding) -> bool:
    found = holds(heard, plain(phrase))
    return bool(found) and not denied(heard[: found.start()] if found else "", words.negations)


def _unless_turned(step: Step, heard: str, first: str, words: Understanding) -> str | None:
    """ "no wait yes" says both: the step's cautious answer, or ask again."""
    other = ("yes", words.yes[:_PLAINEST]) if first == "no" else ("no", words.no[:_PLAINEST])
    turned = any(re.search(rf"(?:but|wait|actually|mean|well|pero) {re.escape(plain(word))}(?!\w)", heard) for word in other[1])
    return _one_of(step, {first, other[0]}) if turned else first


def _one_of(step: Step, answers: set[str]) -> str | None:
    if len(answers) == 1:
        return next(iter(answers))
    return next((value for value in step.cautious if value in answers), None)


# --- choices ---


def _choice(step: Step, text: str, words: Understanding) -> str | None:
    heard = plain(text)
    if picked := _by_number(step, heard, words):
        return picked
    found = _named(step, heard, words) or {option.value for option in step.choices if _nearly(heard, option)}
    return _one_of(step, found)


def _choices(step: Step, text: str, words: Understanding) -> tuple[str, ...] | None:
    heard = plain(text)
    if re.fullmatch(r"\d+(?:(?: |/|-| and | y )+\d+)*", heard):
        picked = [int(number) for number in re.findall(r"\d+", heard)]
        found = {step.choices[number - 1].value for number in picked if 1 <= number <= len(step.choices)}
        found = found if len(found) == len(set(picked)) else set()
    else:
        single = _by_number(step, heard, words)
        found = {single} if single else _named(step, heard, words)
    found = found or {option.value for option in step.choices if _nearly(heard, option)}
    if len(found) > 1:
        found -= {"none"}
    return tuple(option.value for option in step.choices if option.value in found) or None


def _by_number(step: Step, heard: str, words: Understanding) -> str | None:
    """ "2", "number 2", "the second one", "last"."""
    bare = re.sub(r"^(?:the|number|option|no|nr|la|el) | (?:one|option|please)$", "", heard)
    bare = re.sub(r"^(?:the|number|option|la|el) ", "", bare)
    place = int(bare) if re.fullmatch(r"\d{1,2}", bare) else words.ordinals.get(bare)
    if place is None and not step.labels:
        place = words.numbers.get(bare) or None
    if place is None:
        return None
    place = len(step.choices) if place == -1 else place
    return step.choices[place - 1].value if 1 <= place <= len(step.choices) else None


def _named(step: Step, heard: str, words: Understanding) -> set[str]:
    """The options whose words occur. A longer name beats a shorter one inside it ("not at all" over "all")."""
    spans: list[tuple[int, int, str]] = []
    for option in step.choices:
        for phrase in _phrases(option):
            found = holds(heard, plain(phrase))
            if found and not denied(heard[: found.start()], words.negations):
                spans.append((found.start(), found.end(), option.value))
    return {value for start, end, value in spans if not _inside_longer(start, end, value, spans)}


def _inside_longer(start: int, end: int, value: str, spans: list[tuple[int, int, str]]) -> bool:
    return any(s <= start and end <= e and (e - s) > (end - start) and v != value for s, e, v in spans)


def _phrases(option: Choosable) -> tuple[str, ...]:
    return (option.label, option.value, *option.also, *((option.es,) if option.es else ()))


def _nearly(heard: str, option: Choosable) -> bool:
    return any(close(heard, plain(phrase)) for phrase in _phrases(option))
