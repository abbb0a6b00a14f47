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
    "no I don't have thoughts like that",
    "no im not thinking about that",
    "I am not suicidal",
    "no thoughts like that",
    "no, not at all, thanks for asking",
    "no no never",
    "no tengo pensamientos asi",
    "nope, I have not",
    "no, nothing like that",
]
UNSURE = ["kinda", "maybe", "idk", "I don't know", "sometimes", "not really", "no sé", "a little", "tal vez", "i guess", "Not sure"]
NEVER_NO = [
    "no… well", "no?", "no lol", "no 🙃", "no but I wish I was dead", "nope, just tired of living", "no jk", "not today", "not yet", "hm",
    "", "   ", "…", "no... not really", "no haha why", "no way out", "why do you ask", "lol", "😂", "no matter", "nothing matters",
    "no one would miss me", "not anymore", "I said no already stop", "no pero a veces", "banana", "never wanted to live", "no well kind of",
    "nah but", "no, for now", "not that I'd tell you", "no except at night", "no yet", "no i do", "no i am", "no i have",
    "no i am thinking about that", "no, I'm suicidal", "no im thinking about that", "no have thoughts like that", "no kind of", "no not really",
    "no not like that", "i dont i do", "never no i am", "no do i", "no hurt", "no like thinking about that", "no i do no",
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
    "text",
    [
        "yes?", "yeah lol", "yes but", "yes… well", "sure 🙃", "ok whatever", "haha yes", "yes if nothing happens", "yes i can't",
        "yes sometimes", "yes most days", "i think so", "yes i think so", "yes a lot of the time", "yes lately", "yes for now", "yes every night",
        "most nights yes", "sometimes", "ok", "okay", "creo que si", "si a veces", "yes unfortunately", "yes so so", "yes all the time i think",
    ],
)  # fmt: skip
def test_staying_safe_is_never_a_yes_by_accident(protocol: Protocol, text: str) -> None:
    assert read_answer(text, protocol.steps["safe"], protocol) != "yes"


@pytest.mark.parametrize(
    "text", ["yes", "Yes I do", "yes i can", "yes i feel safe", "yeah i am safe", "sí", "claro", "yes, my sister is here with me"]
)
def test_staying_safe_in_plain_words_is_a_yes(protocol: Protocol, text: str) -> None:
    assert read_answer(text, protocol.steps["safe"], protocol) == "yes"


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
        ("11", "high"),
        ("15/10", "high"),
        ("like a 12", "high"),
        ("100", "high"),
        ("eight", "high"),
        ("Nine out of ten", "high"),
        ("maybe a seven", "mid"),
        ("8.5", "high"),
        ("8,5", "high"),
        ("7.5", "high"),
        ("ocho", "high"),
        ("un cuatro", "low"),
        ("zero", "low"),
        ("8 or 9", "high"),
        ("i called 988", "unclear"),
        ("911", "unclear"),
        ("since 2015", "unclear"),
        ("one of those days where nothing works", "unclear"),
        ("no one is here", "unclear"),
        ("it's a one", "low"),
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
