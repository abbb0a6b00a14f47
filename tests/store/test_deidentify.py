"""Words without their people."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.deidentify import deidentify, known_of
from store.names_known import _spacy
from store.people import Patient


@pytest.mark.parametrize(
    ("text", "known", "clean"),
    [
        ("lena says hi", ("Lena (sister), +1 555 010 0142",), "[NAME] says hi"),
        ("Maya's dog and maya", ("Maya Lindqvist",), "[NAME]'s dog and [NAME]"),
        ("I will ask Will, he said he will", ("Will Hart",), "I will ask [NAME], he said he will"),
        ("lenas dog and lena.she, lena1987", ("Lena (sister)",), "[NAME] dog and [NAME].she, [NAME]1987"),
        ("i saw maya lindqvist, MAYA-LINDQVIST", ("Maya Lindqvist",), "i saw [NAME], [NAME]-[NAME]"),
        ("jose and JOSÉ and Jose\u0301 and josé's", ("José",), "[NAME] and [NAME] and [NAME] and [NAME]'s"),
        ("back in new york, a new day in york", ("New York",), "back in [NAME], a new day in [NAME]"),
        ("will hart said he will", ("Will Hart",), "[NAME] said he will"),
        ("my sister lena has this", ("my sister Lena", "Thi Ha"), "[NAME] has this"),
        ("my mother knows", ("my mother",), "my mother knows"),
        ("my brother Tomasz moved to Gdansk", (), "my brother [NAME] moved to [PLACE]"),
        ("call 555-010-0142 or +1 (555) 010-0142", (), "call [PHONE] or [PHONE]"),
        ("write a.b+c@mail.example, see https://x.example/me", (), "write [EMAIL], see [LINK]"),
        ("born 3 March 1985, seen 03/04/2026", (), "born [DATE], seen [DATE]"),
        ("we live at 12 Harbour Street now", (), "we live at [ADDRESS] now"),
        ("my record is 8837261", (), "my record is [PHONE]"),
    ],
)
def test_who_and_where_is_taken_out(text: str, known: tuple[str, ...], clean: str) -> None:
    assert deidentify(text, known).text == clean


@pytest.mark.parametrize(
    "text",
    [
        "I plan to do it on Sunday. I can't sleep.",
        "I called 988, then 911, and texted 741741.",
        "I CANNOT do this anymore",
        "took 2 lozenges of 100 mg at 10:30, pain 8 out of 10",
        "Yesterday was better. It's quiet. In the session I died.",
    ],
)
def test_what_matters_stays(text: str) -> None:
    assert deidentify(text).text == text


@settings(deadline=None)  # whichever example comes first waits for spaCy
@given(st.text(max_size=200), st.lists(st.text(min_size=2, max_size=8), max_size=3), st.integers(0, 200), st.integers(1, 40))
def test_a_stretch_keeps_its_place_whatever_is_taken_out_around_it(text: str, known: list[str], start: int, length: int) -> None:
    end = min(start + length, len(text))
    start = min(start, end)
    clean = deidentify(text, known)
    first, last = clean.span(start, end)
    assert 0 <= first <= last <= len(clean.text)
    if all(cut_end <= start or end <= cut_start for cut_start, cut_end, _ in clean.cuts):
        assert clean.text[first:last] == text[start:end]


@given(st.text(max_size=200))
def test_outside_the_cuts_no_letter_changes(text: str) -> None:
    clean = deidentify(text)
    rest, at = [], 0
    for start, end, tag in clean.cuts:
        rest += [text[at:start], tag]
        at = end
    assert "".join([*rest, text[at:]]) == clean.text


def test_a_name_of_the_record_never_stays_however_it_is_written() -> None:
    for written in ("lindqvist", "LINDQVIST", "Lindqvist", "Lindqvist's", "(lindqvist)"):
        assert "lindqvist" not in deidentify(f"it is {written} here", ("Maya Lindqvist",)).text.lower()


def test_the_trusted_person_and_the_place_are_known_too() -> None:
    patient = Patient(name="Maya", trusted_person="Lena (sister), +1 555 010 0142", location="Boise")
    assert known_of(patient, ["Dr. Kim Oduya"]) == ["Maya", "Boise", "Lena (sister), +1 555 010 0142", "Dr. Kim Oduya"]
    assert known_of(Patient(name=None)) == []


def test_spacy_remembers_neither_the_names_nor_the_words_around_them() -> None:
    deidentify("lindqvist said brzlfrx", ("Maya Lindqvist",))  # whatever the first text makes it load
    vocabulary = _spacy().vocab
    before = set(vocabulary.strings), {lexeme.orth for lexeme in vocabulary}
    assert deidentify("ask oyelaran about grzmblk", ("Oyelaran",)).text == "ask [NAME] about grzmblk"
    assert not {"lindqvist", "brzlfrx", "oyelaran", "oyelarans", "grzmblk"} & set(vocabulary.strings)
    assert (set(vocabulary.strings), {lexeme.orth for lexeme in vocabulary}) == before


def test_texts_that_are_read_at_once_do_not_mix() -> None:
    names = [f"{a}{b}lund" for a in "bdfgklmnprst" for b in "aeiou"]
    with ThreadPoolExecutor(8) as pool:
        clean = pool.map(lambda name: deidentify(f"so {name} and somebody else", (name,)).text, names * 3)
    assert set(clean) == {"so [NAME] and somebody else"}


def test_spacy_is_loaded_by_the_first_name_that_is_looked_for() -> None:
    look = "import sys, store.labels as _; from store.deidentify import deidentify; deidentify('hi'); assert 'spacy' not in sys.modules; "
    look += "deidentify('hi', ('Maya',)); assert 'spacy' in sys.modules"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
