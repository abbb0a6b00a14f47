"""Asking on after an answer: "and how long does that last?". Such an intent exists only while there is an answer to lean on.

The gateway sends the last answer's id in the message's metadata (`last_faq`), so this also works on the first message that a
Rasa process ever sees from a patient.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Text, Tuple

PREFIX = "more_"
LEANING, STANDING_ALONE = 6.0, 0.25  # how much likelier asking on is for a message that needs what was said before it
SAME_AGAIN = 0.05  # and how much less likely that the very answer which stands there is asked for again
_ANSWER = re.compile(r"F\d\d")
_BEGINS = re.compile(r"^(ok(ay)? )?(and|but|so|then|what about|how about|why|how come|says who|y|pero|entonces|por qu[eé])\b", re.I)
_POINTS_BACK = re.compile(r"\b(that|thats|that's|this|it|its|it's|those|these|they|them|eso|esto|esos|esas|lo)\b", re.I)
_SUBJECT = re.compile(r"\b(ketamine|kap|spravato|session|sessions|treatment|therapy|ketamina|sesi[oó]n|tratamiento|terapia)\b", re.I)
_WORD = re.compile(r"[\w']+")
MOST_WORDS = 14


def topic(metadata: Dict[Text, Any]) -> Text | None:
    """The id of the answer that the patient has just read."""
    last = metadata.get("last_faq")
    return last if isinstance(last, str) and _ANSWER.fullmatch(last) else None


def leans(text: Text) -> bool:
    """Whether the message needs what was said before it: short, no subject of its own, and pointing back."""
    count = len(_WORD.findall(text))
    if count > MOST_WORDS or _SUBJECT.search(text):
        return False
    return count <= 3 or bool(_BEGINS.match(text.strip(" ¿.!")) or _POINTS_BACK.search(text))


def weighed(ranking: List[Tuple[Text, float]], text: Text, metadata: Dict[Text, Any]) -> List[Tuple[Text, float]]:
    """The ranking with asking on left out where nothing was answered, and weighed by the message's form where something was."""
    answered = topic(metadata)
    if answered is None:
        return _again([(name, share) for name, share in ranking if not name.startswith(PREFIX)])
    same = f"faq_{answered.lower()}"
    near = leans(text) or ranking[0][0] == same
    factor = LEANING if near else STANDING_ALONE
    return _again(
        [(name, share * (factor if name.startswith(PREFIX) else SAME_AGAIN if name == same else 1.0)) for name, share in ranking]
    )


def _again(shares: List[Tuple[Text, float]]) -> List[Tuple[Text, float]]:
    """Together 1, likeliest first."""
    whole = sum(share for _, share in shares) or 1.0
    return sorted(((name, share / whole) for name, share in shares), key=lambda entry: -entry[1])
