"""Tests and measurements use none of this copy's settings: not the shell's, and not those of .env."""

from __future__ import annotations

import re
from pathlib import Path

from launch.places import ROOT

TOOLS = ("PYTHON312", "PYTHON310", "CHROMIUM", "AFTERGLOW_MODELS")  # what such a run must find on this machine all the same
_SETTING = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)


def unset_settings(root: Path = ROOT) -> dict[str, str]:
    """Every setting that .env.example lists, empty: that counts as unset, and wins over .env like all of the environment.

    Otherwise a clinic that runs `make test` beside its real .env would have crises of the tests in its record, and its
    clinicians woken by them.
    """
    names = _SETTING.findall((root / ".env.example").read_text("utf-8"))
    return {name: "" for name in names if name not in TOOLS}
