"""The pattern language, spelling and characters, on content small enough to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from safety.errors import ContentError, PatternError
from safety.fold import fold
from safety.matcher import View
from safety.pattern import Parser, inflections
from safety.phrasebook import Phrasebook, read_phrases
from safety.spelling import Speller


def book(*say: str, **more: Any) -> Phrasebook:
    entry = {"id": "X", "level": 3, "category": "S", "why": "w", "source": "s", "reviewed_by": "r", "say": list(say)}
    data: Mapping[str, Any] = {"words": {"WANT": "want | need"}, "fillers": ["just", "not gonna lie"], "phrases": [entry], **more}
    return read_phrases({"phrases/x.yml": data})


def hears(text: str, *say: str) -> bool:
    phrases = book(*say)
    return bool(phrases.index.hits(View(phrases.tokens(text))))


@pytest.mark.parametrize(
    ("say", "heard", "unheard"),
    [
        ("WANT to die", "i just need to die", "i want die"),
        ("want (to)? die", "want die", "want pie"),
        ("never .. better", "never getting any better", "never will it be any better"),
        ("never ... better", "never will it be any better", "never did not get better"),
        ("took / all", "I took. all", "I took it all"),
        ("took all", "took all", "I took. all"),
        ("^ bye $", "ok. bye. thanks", "bye now"),
        ("^^ bye $$", "bye", "ok. bye"),
        ("done (now | $)", "I am done. ok", "done with lunch"),
        ("laugh+ | cry", "she laughed", "she smiled"),
        ("kill+ me", "killing me", "filling me"),
    ],
)
def test_each_sign_of_the_language(say: str, heard: str, unheard: str) -> None:
    assert hears(heard, say)
    assert not hears(unheard, say)


@pytest.mark.parametrize("say", ["(want", "want)", "want | ", "?", "UNKNOWN to die", "(a)?", "$", "( | a)", "want ($)", ".."])
def test_a_pattern_that_cannot_be_read_is_an_error_with_entry_and_remedy(say: str) -> None:
    with pytest.raises(ContentError, match="entry X"):
        book(say)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"level": 7}, "whole number from 0 to 5"),
        ({"category": "Z"}, "use one of"),
        ({"say": []}, "nothing to listen for"),
        ({"say": "die"}, "start each with a dash"),
        ({"why": ""}, "add a line `why:"),
        ({"id": ""}, "give it one"),
    ],
)
def test_wrong_fields_are_told_in_words(change: Mapping[str, Any], told: str) -> None:
    entry = {"id": "X", "level": 3, "category": "S", "why": "w", "source": "s", "reviewed_by": "r", "say": ["die"], **change}
    with pytest.raises(ContentError, match=told):
        read_phrases({"phrases/x.yml": {"phrases": [entry]}})


def test_the_same_id_or_class_twice_is_refused() -> None:
    entry = {"id": "X", "level": 3, "category": "S", "why": "w", "source": "s", "reviewed_by": "r", "say": ["die"]}
    with pytest.raises(ContentError, match="same id"):
        read_phrases({"a.yml": {"phrases": [entry, entry]}})
    with pytest.raises(ContentError, match="defined twice"):
        read_phrases({"a.yml": {"words": {"A_B": "x"}}, "b.yml": {"words": {"A_B": "y"}}})


def test_a_class_is_a_choice_of_words_and_not_an_edge() -> None:
    with pytest.raises(PatternError):
        Parser(lambda piece: (piece,), {}).choice("a | $", "EDGE")


SPELLER = Speller(
    {"wanna": "want to", "kms": "kill myself"}, ["suicide", "kill", "want", "tonight", "myself", "hopeless", "to", "die"], ["homely", "i"]
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("wanna", ("want", "to")), ("sucide", ("suicide",)), ("suicdie", ("suicide",)), ("tonihgt", ("tonight",)), ("k1ll", ("kill",)),
        ("killll", ("kill",)), ("s*icide", ("suicide",)), ("wnat", ("want",)), ("iwanttodie", ("i", "want", "to", "die")),
        ("kms", ("kill", "myself")), ("homeless", ("homeless",)), ("willing", ("willing",)), ("hi's", ("hi",)), ("1234", ("1234",)), ("x" * 50, ("x" * 50,)),
    ],
)  # fmt: skip
def test_how_people_type_is_read_as_what_they_meant(typed: str, read: tuple[str, ...]) -> None:
    assert SPELLER.words(typed) == read


@pytest.mark.parametrize("typed", ["ＫＩＬＬ", "k\u200bill", "kíll", "кill".replace("к", "k"), "𝐤𝐢𝐥𝐥"])
def test_characters_in_disguise_are_plain_letters(typed: str) -> None:
    assert fold(typed)[0] == "kill"


def test_regular_and_irregular_verbs_are_inflected() -> None:
    assert "stabbing" in inflections("stab")
    assert "cried" in inflections("cry")
    assert "took" in inflections("take")
    assert "crashes" in inflections("crash")
