"""Brings what patients type nearer to what the encoder has read: "can i drive tmrw" -> "can i drive tomorrow"."""

from __future__ import annotations

import re

SHORTHAND = {
    "u": "you", "ur": "your", "r": "are", "y": "why", "pls": "please", "plz": "please", "thx": "thanks",
    "tx": "thanks", "ty": "thank you", "tmrw": "tomorrow", "tmr": "tomorrow", "tomoro": "tomorrow",
    "2moro": "tomorrow", "2nite": "tonight", "tonite": "tonight", "b4": "before", "w": "with", "w/": "with",
    "wo": "without", "w/o": "without", "bc": "because", "cuz": "because", "cos": "because", "idk": "i don't know",
    "dont": "don't", "cant": "can't", "wont": "won't", "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't",
    "im": "i'm", "ive": "i've", "whats": "what's", "hows": "how's", "wats": "what's", "wat": "what",
    "abt": "about", "med": "medicine", "meds": "medicines", "rx": "prescription", "sesh": "session",
    "appt": "appointment", "ket": "ketamine", "k": "ketamine", "bp": "blood pressure", "hr": "hour",
    "hrs": "hours", "thru": "through", "gonna": "going to", "wanna": "want to", "gotta": "have to",
    "lemme": "let me", "ppl": "people", "msg": "message", "msgs": "messages", "txt": "text", "txts": "texts",
    "rn": "right now", "af": "", "lol": "", "omg": "", "tho": "though", "ya": "yes", "yea": "yes", "yeah": "yes",
    "yep": "yes", "yup": "yes", "nah": "no", "nope": "no", "ok": "okay", "kk": "okay",
}  # fmt: skip
ALONE = {"y": "yes", "n": "no", "k": "okay", "kk": "okay", "r": "are"}  # a message of this one letter means this
_WORD = re.compile(r"[\w'/]+|[^\w\s]+")


def plain_text(text: str) -> str:
    """The message with shorthand written out; case is left to the encoder, which ignores it."""
    words = _WORD.findall(text.replace("’", "'"))
    if len(words) == 1:
        return ALONE.get(words[0].lower(), SHORTHAND.get(words[0].lower(), words[0])) or text
    return " ".join(SHORTHAND.get(word.lower(), word) for word in words).strip() or text


def without_slash(text: str) -> str:
    """A message as it came, but never one of Rasa's own "/intent{...}" messages."""
    bare = text.lstrip()
    return bare.lstrip("/ ") or "slash" if bare.startswith("/") else text
