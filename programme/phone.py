"""A line as it reads on a phone without buttons: the choices become a numbered list."""

from __future__ import annotations

from programme.content import EngineSays
from programme.turns import Choice, Line


def as_sms(line: Line, says: EngineSays, locale: str = "en") -> str:
    """ "How did you sleep?" -> "How did you sleep? Reply with a number: 1 well, 2 so-so, ..."

    A yes or no and a bare 0 to 10 need no list; a scale with names shows each number's name.
    """
    listed = _listed(line.choices)
    if not listed:
        return line.text
    reply = says.sms_choices.for_reader("sms", locale).replace("{choices}", ", ".join(listed))
    return f"{line.text}\n{reply}"


def _listed(choices: tuple[Choice, ...]) -> list[str]:
    if all(value.isdigit() for value, _ in choices):
        return [f"{value} {label}" for value, label in choices if value != label]
    if {value for value, _ in choices} == {"yes", "no"}:
        return []
    return [f"{number} {label}" for number, (_, label) in enumerate(choices, start=1)]
