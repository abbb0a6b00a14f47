"""Two readers: a quick one for everything, a slower one where there is doubt or the words may be Spanish."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.assessment import CATEGORIES
from safety.model.language import maybe_spanish
from safety.model.network import DOUBT, Readers, Reading, load
from safety.model.plain import context

NOTHING = (0.0,) * len(CATEGORIES)


@dataclass
class Reader:
    """Says always the same, and remembers what it was asked."""

    level_1: float
    asked: list[str] = field(default_factory=list)

    def read(self, text: str, asked: str = "") -> Reading:
        self.asked.append(text)
        return Reading((self.level_1,) * 5, NOTHING)


def test_where_the_first_has_no_doubt_the_second_is_not_asked() -> None:
    first, second = Reader(DOUBT / 2), Reader(0.9)
    assert Readers(first, second).read("we had soup").levels[0] == DOUBT / 2
    assert second.asked == []


def test_where_the_first_has_a_doubt_both_decide() -> None:
    first, second = Reader(0.1), Reader(0.9)
    assert Readers(first, second).read("we had soup").levels[0] == pytest.approx(0.5)


def test_spanish_is_always_read_by_the_one_that_knows_it() -> None:
    first, second = Reader(0.0), Reader(1.0)
    assert Readers(first, second).read("ya no puedo más").levels[0] == pytest.approx(0.5, abs=1e-4)
    assert second.asked == ["ya no puedo más"]


@pytest.mark.parametrize(
    "text",
    ["quiero matarme", "ya no quiero estar aqui", "xq sigo vivo", "me siento solo", "no se, ando triste", "the pills, las tengo aquí"],
)
def test_spanish_without_accents_is_recognised(text: str) -> None:
    assert maybe_spanish(text)


@pytest.mark.parametrize("text", ["no, I went to the park", "me and my son", "a la carte", "I feel lost", "no se"[:2], "si"])
def test_english_that_shares_words_with_it_is_not(text: str) -> None:
    assert not maybe_spanish(text)


def test_the_networks_that_come_with_the_house_know_both_languages() -> None:
    readers = load()
    assert readers is not None
    for text in ("I want to kill myself", "quiero matarme", "ya no quiero vivir"):
        assert readers.read(text).levels[1] > 0.5, text
    for text in ("The soup was good", "...", "la sopa estaba muy rica", "gracias, nos vemos el martes"):
        assert readers.read(text).levels[1] < 0.5, text


@dataclass
class Counted:
    """A session that remembers how often it was run."""

    session: Any
    runs: int = 0

    def run(self, *given: Any) -> Any:
        self.runs += 1
        return self.session.run(*given)


def test_a_talk_that_is_cut_to_its_last_question_is_read_once() -> None:
    """A long question leaves no room for what was said before it, so both readings are of the same words."""
    readers = load()
    assert readers is not None
    session, before = Counted(readers.first.session), ["I slept badly"]
    network = replace(readers.first, session=session)
    question = "Most people feel tired for a day or two after a session, and it passes with rest. " * 3 + "How was your night?"
    assert network.read("not good", context(question, ())) == network.read("not good", context(question, before))
    assert session.runs == 1
    assert network.read("not good", context("How was it?", ())) != network.read("not good", context("How was it?", before))
    assert session.runs == 3


chances = st.floats(0, 1)


@given(st.lists(chances, min_size=5, max_size=5), st.lists(chances, min_size=5, max_size=5))
def test_together_they_are_never_surer_than_the_surer_one(one: list[float], other: list[float]) -> None:
    both = Reading(tuple(one), NOTHING).beside(Reading(tuple(other), NOTHING))
    for a, b, together in zip(one, other, both.levels, strict=True):
        assert min(a, b) - 1e-9 <= together <= max(a, b) + 1e-9
