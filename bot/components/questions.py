"""What is put as a question, and what only sounds like one. Pure, and without a classifier."""

from __future__ import annotations

import re

# What tells of something instead of asking or ordering: "I wanted to stop everything", "it felt like a question".
NARRATIVE = re.compile(
    r"\b(i|we|it|he|she|they|everything|mind|body)('d| had)? (just )?"
    r"(wanted|felt|was|were|had|tried|thought|kept|saw|heard|made|couldn't|could not|cried|remembered|went|got|let)\b"
    r"|\b(wanted to|felt like|made me|trying to|learn(ed)? to|used to|helps? me|afraid|scared|until|because|when i)\b",
    re.I,
)
_LEAD_IN = re.compile(
    r"^((wait|hey|hi|hello|so|ok|okay|um+|uh+|sorry|btw|also|and|but|oh|well|hm+|quick question|one question|question"
    r"|actually|just wondering|before i answer|first)[\s,.:;!-]*)+",
    re.I,
)
_ASKS = re.compile(
    r"^(what|what's|whats|when|where|who|why|which|how|how's|hows|can|could|may|am i|is|are|isn't|do|does|did|don't"
    r"|should|shouldn't|will|would|won't|has|have (i|you)|any (idea|chance|way)|is it|i('m| am) (wondering|curious)"
    r"|wondering|curious|tell me|explain|any (risk|danger|problem|side))\b",
    re.I,
)
# Without a question mark a sentence asks only if it goes on like one: "how long do", not "how kind the nurse was".
_ASKS_ON = re.compile(
    r"^(can|could|should|may|will|would|do|does|did|is|are|am|was|has|have|isn't|don't|won't|shouldn't)"
    r" (i|you|u|we|it|this|that|they|there|people|someone|anyone|my|ketamine|kap|the (session|medicine|ketamine|clinic|dose))\b"
    r"|^(what|what's|whats|when|where|who|why|which|how|how's|hows) "
    r"(is|are|was|do|does|did|can|could|should|will|would|if|now|then|happens|about|long|much|many|often|soon|safe|bad|dangerous|the"
    r" (cost|price|risk|risks|side))\b"
    r"|^(what's|whats|how's|hows|any (idea|chance|way|risk|danger|problem|side)|wondering|curious|tell me|explain"
    r"|i('m| am) (wondering|curious)|is it)\b",
    re.I,
)
_ASKS_ANYWHERE = re.compile(_ASKS.pattern.replace("^", r"\b", 1), re.I)
_CLAUSE = re.compile(r"[,.;:!]+\s*|\s-+\s")
_ALLOWED = re.compile(r"\b(am i allowed|is it ok(ay)?|ok(ay)? to|safe to|allowed to|how long|how much|how many)\b", re.I)
_WORD = re.compile(r"[\w']+")


def ends_in_a_mark(text: str) -> bool:
    return text.rstrip(" .!)").endswith("?")


def has_question_form(text: str) -> bool:
    """Ends in a question mark, or begins and goes on as questions do: "wait can i drive tomorrow"."""
    bare = _LEAD_IN.sub("", text.strip().replace("’", "'"))
    asks = bool(_ASKS_ON.match(bare)) or bool(_ALLOWED.search(bare[:40]) and not NARRATIVE.search(text))
    return ends_in_a_mark(text) or asks


def tells_of_asking(text: str) -> bool:
    """A question inside an entry: "What am I so scared of? It went round and round."."""
    _, mark, rest = text.partition("?")
    return bool(mark) and len(_WORD.findall(rest)) > 4 and not ends_in_a_mark(rest)


def before_question(text: str) -> str:
    """What a patient says before asking: "yes" of "ok yes, is that normal?", nothing of "ok can I drive tomorrow"."""
    bare = _LEAD_IN.sub("", text.strip().replace("’", "'"))
    for start in (0, *(clause.end() for clause in _CLAUSE.finditer(bare))):
        if _ASKS.match(bare[start:]):
            return _stripped(bare[:start])
    asks = _ASKS_ANYWHERE.search(bare)
    said = _stripped(bare[: asks.start()]) if asks else ""
    return said if len(_WORD.findall(said)) <= 2 else ""


def _stripped(text: str) -> str:
    return text.strip(" ,.;:!-")
