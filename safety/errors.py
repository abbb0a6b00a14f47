"""What can go wrong when clinical content is read. Each message tells a clinician what to mend."""

from __future__ import annotations


class SafetyError(Exception):
    """Anything the safety package raises on purpose."""


class ContentError(SafetyError):
    """A clinical file that cannot be used as it stands.

    >>> str(ContentError("phrases/suicide.yml", "S-DIE-1", "level is 7", "use 0 to 5"))
    'phrases/suicide.yml, entry S-DIE-1: level is 7. To mend it: use 0 to 5.'
    """

    def __init__(self, file: str, entry: str, problem: str, remedy: str, line: int | None = None) -> None:
        self.file, self.entry, self.problem, self.remedy, self.line = file, entry, problem, remedy, line
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}, entry {entry}: {problem}. To mend it: {remedy}.")


class PatternError(SafetyError):
    """A pattern that is not in the small language of docs/safety.md."""
