"""The integration programme: modules that clinicians edit as YAML, and the pure engine that runs them."""

from programme.conditions import risk_of_answer
from programme.engine import answer, command, open_module, resume
from programme.errors import ContentError
from programme.faq import Faq, load_faq
from programme.library import Programme
from programme.loading import load_programme
from programme.offers import Circumstances, offerable
from programme.turns import Choice, Effect, Fact, Facts, Line, Place, Reply, Risk, Turn

__all__ = [
    "Choice",
    "Circumstances",
    "ContentError",
    "Effect",
    "Fact",
    "Facts",
    "Faq",
    "Line",
    "Place",
    "Programme",
    "Reply",
    "Risk",
    "Turn",
    "answer",
    "command",
    "load_faq",
    "load_programme",
    "offerable",
    "open_module",
    "resume",
    "risk_of_answer",
]
