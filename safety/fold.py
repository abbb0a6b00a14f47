"""Characters: any Unicode folded to plain lower-case letters, remembering where each one came from."""

from __future__ import annotations

import unicodedata

# Letters of other scripts that look like Latin ones, as people (and spam tools) swap them.
LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтвнгαεοριτυνκηωßøłđıæœ’‘`´ʼ＇“”–—…",
    "aeopcyxijsdhkmtbhraeopitunknwsoldiao''''''\"\"--.",
)
INVISIBLE = {"Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"}


class _Folds(dict[str, str]):
    """Folded form of one character, computed once. Bounded by the size of Unicode."""

    def __missing__(self, char: str) -> str:
        folded = _fold_char(char)
        self[char] = folded
        return folded


def _fold_char(char: str) -> str:
    if char in "\n\t\r\x0b\x0c\x85\u2028\u2029":
        return "\n" if char != "\t" else " "
    plain = unicodedata.normalize("NFKD", char).lower().translate(LOOKALIKES)
    kept = "".join(c for c in plain if unicodedata.category(c) not in INVISIBLE)
    return " " if not kept and char.isspace() else kept


_FOLDS = _Folds()


def fold(text: str) -> tuple[str, list[int] | None]:
    """Return the folded text and, unless positions are unchanged, the original offset of each character.

    >>> fold("ＫＩＬＬ mé")[0]
    'kill me'
    """
    if text.isascii():
        return text.lower(), None
    parts = [_FOLDS[char] for char in text]
    folded = "".join(parts)
    if len(folded) == len(text) and all(len(part) == 1 for part in parts):
        return folded, None
    return folded, [i for i, part in enumerate(parts) for _ in part]
