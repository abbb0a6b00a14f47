"""Whatever anybody types, pastes or generates: an answer, in time, the same one each time, with every layer listening.

`python -m tests.safety.fuzz_atheris` (own environment, see docs/safety.md) looks further along the branches of the code.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safety.assessment import CATEGORIES, Assessment, Turn
from safety.content import Clinical
from safety.layers import Layer, written
from safety.screen import assess

SECONDS_PER_1000 = 0.05
FAST = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

SAID = (
    "I want to kill myself",
    "quiero morir",
    "i took all of them",
    "no puedo más",
    "made soup",
    "he has a gun",
    "¿cuántas pastillas?",
    "ok",
)
LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "$", "t": "7", "l": "|"})
OTHERS = str.maketrans({"a": "а", "e": "е", "o": "о", "i": "і", "c": "с", "p": "р", "x": "х", "k": "κ", "t": "τ"})
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u202e\u2066\u2069\u034f\ufe0f\u3164\u115f"
MARKS = "".join(chr(n) for n in range(0x300, 0x370))
EMOJI = "😀💀🔫💊🩸🙏🏽👨‍👩‍👧‍👦🇺🇸❤️‍🔥🫠⚰️🪦✌️👋"
EVERYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=600)


def zalgo(text: str, chance: random.Random) -> str:
    return "".join(char + "".join(chance.choices(MARKS, k=chance.randint(0, 12))) for char in text)


def hidden(text: str, chance: random.Random) -> str:
    return "".join(char + chance.choice((*INVISIBLE, "")) for char in text)


DISGUISES = {
    "plain": lambda text, _: text,
    "zalgo": zalgo,
    "invisible characters": hidden,
    "leetspeak": lambda text, _: text.lower().translate(LEET),
    "letters of other scripts": lambda text, _: text.lower().translate(OTHERS),
    "emoji in between": lambda text, chance: "".join(char + (chance.choice(EMOJI) if char == " " else "") for char in text),
    "capitals at random": lambda text, chance: "".join(chance.choice((char.upper(), char.lower())) for char in text),
    "backwards": lambda text, _: text[::-1],
    "no spaces": lambda text, _: text.replace(" ", ""),
    "spelt out": lambda text, _: " ".join(text),
    "full width": lambda text, _: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
}
disguised = st.builds(
    lambda text, how, seed: DISGUISES[how](text, random.Random(seed)),
    st.sampled_from(SAID),
    st.sampled_from(sorted(DISGUISES)),
    st.integers(0, 99),
)
messages = st.one_of(EVERYTHING, disguised, st.lists(st.one_of(disguised, st.text(EMOJI, max_size=9)), max_size=6).map(" ".join))
histories = st.lists(st.builds(Turn, st.sampled_from(("patient", "assistant")), messages), max_size=14)


def sound(text: str, found: Assessment) -> bool:
    """A verdict that a person can follow: known words, a level, findings that lie where they say."""
    return (
        found.unscreened is None
        and 0 <= found.level <= 5
        and 0 <= found.score <= 1
        and found.category in CATEGORIES
        and all(0 <= f.level <= 5 and f.category in CATEGORIES for f in found.findings)
        and all(f.layer == "history" or text[f.start : f.end] == f.text for f in found.findings)
        and Assessment.from_dict(found.to_dict()) == found
    )


@given(text=messages, prompt=st.none() | messages, history=histories)
@FAST
def test_any_message_with_any_past_gets_a_verdict_that_can_be_followed(
    clinical: Clinical, text: str, prompt: str | None, history: list[Turn]
) -> None:
    assert sound(text, assess(text, prompt=prompt, history=history, clinical=clinical, layers=written()))


@given(text=messages, prompt=st.none() | messages, history=histories)
@settings(FAST, max_examples=12)
def test_so_it_does_with_the_trained_layer(clinical: Clinical, text: str, prompt: str | None, history: list[Turn]) -> None:
    assert sound(text, assess(text, prompt=prompt, history=history, clinical=clinical))


@given(text=messages, history=histories)
@settings(FAST, max_examples=10)
def test_the_same_conversation_gets_the_same_verdict(clinical: Clinical, text: str, history: list[Turn]) -> None:
    once = assess(text, history=history, clinical=clinical)
    assess("something else altogether", clinical=clinical)
    assert assess(text, history=history, clinical=clinical) == once


@pytest.mark.parametrize(
    "how", ["plain", "zalgo", "invisible characters", "letters of other scripts", "capitals at random", "full width", "spelt out"]
)
def test_a_disguise_of_characters_does_not_hide_a_plain_wish_to_die(clinical: Clinical, how: str) -> None:
    text = DISGUISES[how]("I want to kill myself", random.Random(7))
    assert assess(text, clinical=clinical).level >= 3


def slow(
    text: str, clinical: Clinical, layers: Sequence[Layer] | None = None, history: Sequence[Turn] = (), within: float = 0.0
) -> float:
    """The best of three, or the first `within` the time: another process may have had the core, the code has not."""
    taken: list[float] = []
    gc.collect()
    while len(taken) < 3 and min(taken, default=1e9) > within:
        began = time.thread_time()
        assess(text, history=history, clinical=clinical, layers=layers)
        taken.append(time.thread_time() - began)
    return min(taken)


PIECES = [
    "I want to die. ", "no ", "not ", "a", "k.m.s. ", "I don't want to not want to die ", "so ", "…", "💊🔫", "\u0301", "\u200b", "quiero ", "i i i ",
    "never going to get better and nobody would care if i was gone ", "s*i*c*i*d*e ", "1,2.3:4/5 ", "'", "\n", "жизнь ", "死にたい", "\U000e0041", "_", "$@!",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_what_clinicians_wrote_takes_no_longer_than_50_milliseconds_a_thousand_characters(clinical: Clinical, piece: str) -> None:
    allowed = SECONDS_PER_1000 * 4
    assert slow((piece * 4_000)[:4_000], clinical, written(), within=allowed) <= allowed, piece


@pytest.mark.parametrize("piece", ["I want to die. ", "$@!"])
def test_with_the_trained_layer_time_grows_with_the_length_and_not_faster(clinical: Clinical, piece: str) -> None:
    short, long = (slow((piece * 1_500)[:length], clinical) for length in (500, 1_500))
    assert long <= 6 * short, piece


def at_length(parts: list[str]) -> str:
    """A thousand characters and more, by saying it again."""
    text = " ".join(parts) + " "
    return text * (1 + 1000 // len(text))


@given(text=st.lists(messages, min_size=1, max_size=9).map(at_length), history=histories)
@settings(FAST, max_examples=8)
def test_long_messages_made_of_anything_keep_to_the_same_time(clinical: Clinical, text: str, history: list[Turn]) -> None:
    allowed = SECONDS_PER_1000 * (len(text) + sum(len(turn.text) for turn in history)) / 1000
    assert slow(text, clinical, written(), history, within=allowed) <= allowed


def test_a_very_long_paste_with_every_layer_listening_ends_in_time_and_its_last_words_are_heard(clinical: Clinical) -> None:
    text = "Then we had soup and the rain stopped, and I looked at the blue door. " * 4_300 + "I want to kill myself."
    assert len(text) > 300_000, "a whole megabyte is pasted in test_promises.py"
    began = time.thread_time()
    found = assess(text, clinical=clinical)
    assert time.thread_time() - began <= SECONDS_PER_1000 * len(text) / 1000
    assert found.level >= 3
    assert "MODEL-CUT" in {f.phrase_id for f in found.findings}
