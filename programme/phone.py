"""A line as it reads on a phone without buttons: the choices become a numbered list."""

from __future__ import annotations

from programme.turns import Choice, Line


def as_sms(line: Line) -> str:
    """ "How did you sleep?" and its choices, one a line: "1 well", "2 so-so", ...

    A yes or no and a bare 0 to 10 need no list. Where the values are numbers, those are the numbers shown: "0 Not at all".
    """
    return "\n".join((line.text, *_listed(line.choices)))


def _listed(choices: tuple[Choice, ...]) -> list[str]:
    if all(value.isdigit() for value, _ in choices):
        named = [f"{value} {label}" for value, label in choices]
        return named if any(value != label for value, label in choices) else []
    if {value for value, _ in choices} == {"yes", "no"}:
        return []
    return [f"{number} {label}" for number, (_, label) in enumerate(choices, start=1)]
