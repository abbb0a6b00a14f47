"""Answers in the ladder: understood or unclear, never a no by accident."""

import pytest

from safety.protocol.content import Protocol
from safety.protocol.hearing import plain, read_answer

YES = [
    "yes",
    "Yes.",
    "ya",
    "yeah",
    "YEP",
    "y",
    "👍",
    "sí",
    "si, mucho",
    "yes most nights",
    "uh huh",
    "I do",
    "Claro",
    "yes unfortunately",
    "all the time",
]
NO = [
    "no",
    "No.",
    "NOPE",
    "nah",
    "no, not at all",
    "no thank you",
    "n",
    "not at all",
    "no I don't",
    "never",
    "No, nunca",
    "para nada",
    "no I'm not",
]
UNSURE = ["kinda", "maybe", "idk", "I don't know", "sometimes", "not really", "no sé", "a little", "tal vez", "i guess", "Not sure"]
NEVER_NO = [
    "no… well", "no?", "no lol", "no 🙃", "no but I wish I was dead", "nope, just tired of living", "no jk", "not today", "not yet", "hm",
    "", "   ", "…", "no... not really", "no haha why", "no way out", "why do you ask", "lol", "😂", "no matter", "nothing matters",
    "no one would miss me", "not anymore", "I said no already stop", "no pero a veces", "banana", "never wanted to live", "no well kind of",
    "nah but", "no, for now", "not that I'd tell you", "no except at night", "no yet",
]  # fmt: skip


@pytest.mark.parametrize("text", YES)
def test_yes(protocol: Protocol, text: str) -> None:
    assert read_answer(text, protocol.steps["thoughts"], protocol) == "yes"


@pytest.mark.parametrize("text", NO)
def test_a_plain_no(protocol: Protocol, text: str) -> None:
    assert read_answer(text, protocol.steps["thoughts"], protocol) == "no"


@pytest.mark.parametrize("text", UNSURE)
def test_unsure(protocol: Protocol, text: str) -> None:
    assert read_answer(text, protocol.steps["thoughts"], protocol) == "unsure"


@pytest.mark.parametrize("text", NEVER_NO)
@pytest.mark.parametrize("step", ["thoughts", "plan", "today", "history"])
def test_never_a_no_by_accident(protocol: Protocol, step: str, text: str) -> None:
    assert read_answer(text, protocol.steps[step], protocol) != "no"


@pytest.mark.parametrize(
    "text", ["yes?", "yeah lol", "yes but", "yes… well", "sure 🙃", "ok whatever", "haha yes", "yes if nothing happens", "yes i can't"]
)
def test_staying_safe_is_never_a_yes_by_accident(protocol: Protocol, text: str) -> None:
    assert read_answer(text, protocol.steps["safe"], protocol) != "yes"


@pytest.mark.parametrize("text", ["I'd rather not say", "prefer not", "none of your business", "skip", "no quiero hablar de eso", "pass"])
def test_refused(protocol: Protocol, text: str) -> None:
    assert read_answer(text, protocol.steps["thoughts"], protocol) == "refused"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("8", "high"),
        ("9/10", "high"),
        ("10 out of 10", "high"),
        ("5", "mid"),
        ("3", "low"),
        ("maybe 4 or 8", "high"),
        ("at 3:45", "unclear"),
        ("bad", "unclear"),
        ("11", "unclear"),
    ],
)
def test_numbers(protocol: Protocol, text: str, reading: str) -> None:
    assert read_answer(text, protocol.steps["ground"], protocol) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Only inside the session", "inside"),
        ("just in the session", "inside"),
        ("inside the session but also now", "now"),
        ("both", "now"),
        ("inside the session I guess", "unclear"),
        ("not sure", "unsure"),
    ],
)
def test_the_reassuring_choice_counts_only_as_the_whole_message(protocol: Protocol, text: str, reading: str) -> None:
    assert read_answer(text, protocol.steps["clarifier"], protocol) == reading


def test_free_answers(protocol: Protocol) -> None:
    step = protocol.steps["person"]
    assert read_answer("nobody", step, protocol) == "nobody"
    assert read_answer("my aunt Rosa", step, protocol) == "any"


def test_a_thumb_down_is_no_plain_no(protocol: Protocol) -> None:
    assert read_answer("👎", protocol.steps["thoughts"], protocol) == "unclear"
    assert read_answer("👎", protocol.steps["safe"], protocol) == "no", "where no alarms, a picture is enough"


def test_plain_text() -> None:
    assert plain("No, I’m NOT… ¡Sí!") == "no im not si"


def test_a_very_long_answer_is_read_in_bounded_time(protocol: Protocol) -> None:
    assert read_answer("no " * 400_000, protocol.steps["thoughts"], protocol) in ("no", "unclear")
