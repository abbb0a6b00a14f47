"""The integration programme: modules that clinicians edit as YAML, and the pure engine that runs them."""

from programme.errors import ContentError
from programme.turns import Choice, Effect, Fact, Facts, Line, Place, Reply, Risk, Turn

__all__ = [
    "Choice",
    "ContentError",
    "Effect",
    "Fact",
    "Facts",
    "Line",
    "Place",
    "Reply",
    "Risk",
    "Turn",
]
