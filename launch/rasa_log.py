"""Rasa's output made fit for a log that carries ids only.

Rasa writes what patients wrote into its error messages and tracebacks. While it loads nobody has written anything;
from then on a line keeps its time, level and logger, a traceback keeps places and the kind of error, and the rest goes.
Our own components promise to log ids only, so their lines stay.
"""

from __future__ import annotations

import re

_LINE = re.compile(r"^(?:\x1b\[\d*m)*(\S+ \S+) +([A-Z]+) +(\S+) +- ")
_PLACE = re.compile(r'^\s+File "[^"]+", line \d+, in \S+$')
_ERROR = re.compile(r"^([A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Timeout|Exit))\b")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_NOISE = ("DeprecationWarning", "declare_namespace", "  import pkg_resources", "Implementing implicit namespace")
_OURS = ("bot.",)
# The first of these that comes. Rasa's own is at INFO, which TensorFlow turns off in some starts while it is loaded.
_BEGIN = ("Rasa server is up and running", "bot.components.rest  - first message")


class RasaLog:
    """One per start of Rasa. Call it with each line; None means: drop it."""

    def __init__(self) -> None:
        self._loaded = False

    def __call__(self, line: str) -> str | None:
        plain = _COLOUR.sub("", line)
        if any(noise in plain for noise in _NOISE):
            return None
        kept = plain if not self._loaded else _reduced(plain)
        if any(begin in plain for begin in _BEGIN):
            self._loaded = True
        return kept


def _reduced(line: str) -> str | None:
    head = _LINE.match(line)
    if head:
        return line if head.group(3).startswith(_OURS) else f"{head.group(1)} {head.group(2)} {head.group(3)}"
    if _PLACE.match(line):
        return line
    error = _ERROR.match(line)
    return error.group(1) if error else None
