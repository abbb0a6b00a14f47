"""What goes wrong in clinical files, said so that the clinician who edited them can mend it."""

from __future__ import annotations


class ContentError(Exception):
    """A clinical file cannot be used. The message names the file, the entry, the fault and the remedy."""

    def __init__(self, file: str, entry: str, wrong: str, mend: str) -> None:
        super().__init__(f"{file}, {entry}: {wrong} {mend}".replace(", :", ":"))
        self.file, self.entry, self.wrong, self.mend = file, entry, wrong, mend
