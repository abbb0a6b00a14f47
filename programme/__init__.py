"""The integration programme: modules that clinicians edit as YAML, and the pure engine that runs them."""

from programme.conditions import risk_of_answer
from programme.contact import Day
from programme.engine import answer, command, open_module, resume, say_step
from programme.errors import ContentError
from programme.faq import Faq, load_faq
from programme.library import Programme
from programme.loading import load_programme
from programme.offers import Circumstances, Offered, offerable, wishable
from programme.plan import Plan, plan_for
from programme.turns import Choice, Effect, Fact, Facts, Line, Place, Reply, Risk, Turn

__all__ = [
    "Choice",
    "Circumstances",
    "ContentError",
    "Day",
    "Effect",
    "Fact",
    "Facts",
    "Faq",
    "Line",
    "Offered",
    "Place",
    "Plan",
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
    "plan_for",
    "resume",
    "risk_of_answer",
    "say_step",
    "wishable",
]
