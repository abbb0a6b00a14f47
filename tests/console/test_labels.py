"""Saying that the screen was wrong: with the exact words, read again by a person, and let out without anybody in it."""

import json

import pytest

from store.care import FlagKind
from store.clinicians import set_admin
from store.dispositions import Closing, close_flag
from store.review import Label
from tests.console.house import OMAR, Browser, House, flags

FORM = "messages/{}/label"


def closed_as_false_alarm(house: House, text: str, heard: str) -> None:
    conversation = house.crisis("Theo Brandt", text, heard, level=3)
    [flag] = flags(house)
    with house.store.write() as session:
        close_flag(session, house.act(conversation), flag.id, Closing("false_alarm"))


def labels(house: House) -> list[tuple[str, int, int]]:
    return [(one.kind, one.span_start, one.span_end) for one in house.rows(Label)]


def keep(browser: Browser, house: House, hide: str = "") -> None:
    page = browser.get("/console/review").text
    [label] = house.rows(Label)
    form = {"csrf": browser.field(page, "csrf"), "status": "kept", "hide": hide}
    assert browser.post(f"/console/review/{label.id}", form).status_code == 303


def exported(browser: Browser) -> list[dict]:
    answer = browser.get("/console/review/corpus.jsonl")
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_flag_closed_as_a_false_alarm_labels_the_words_that_counted(house: House) -> None:
    closed_as_false_alarm(house, "I could kill for a coffee", "kill for")
    assert labels(house) == [("false_alarm", 8, 16)]


def test_any_other_disposition_labels_nothing(house: House) -> None:
    conversation = house.crisis("Maya", "I plan it", "plan it")
    with house.store.write() as session:
        close_flag(session, house.act(conversation), flags(house)[0].id, Closing("safety_plan"))
    assert labels(house) == []


def test_a_reminder_closed_as_a_false_alarm_has_no_words_to_label(house: House) -> None:
    conversation = house.patient("Maya")
    flag = house.flag(conversation, None, 1, "none", kind=FlagKind.NOTE)
    with house.store.write() as session:
        close_flag(session, house.act(conversation), flag, Closing("false_alarm"))
    assert labels(house) == []


def test_should_have_been_flagged_keeps_the_exact_words(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    message = house.says(maya, "The cat is well. The cat has a new home.")
    words = {"kind": "missed", "words": "The cat has a new home", "level": "4", "category": "S"}
    assert dana.press(maya, FORM.format(message), **words).status_code == 303
    assert labels(house) == [("missed", 17, 39)]


def test_of_two_equal_stretches_the_selected_one_is_labelled(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    message = house.says(maya, "no more. I said no more.")
    dana.press(maya, FORM.format(message), kind="missed", words="no more", start="16", level="2", category="S")
    assert labels(house) == [("missed", 16, 23)]


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "missed", "words": "not in it", "level": "3", "category": "S"},
        {"kind": "missed", "words": "", "level": "", "category": "S"},
        {"kind": "missed", "words": "", "level": "3", "category": "made up"},
        {"kind": "", "words": ""},
    ],
)
def test_a_label_that_says_nothing_clear_is_refused(house: House, dana: Browser, form: dict[str, str]) -> None:
    maya = house.patient("Maya")
    message = house.says(maya, "The cat has a new home.")
    assert dana.press(maya, FORM.format(message), **form).status_code == 422
    assert labels(house) == []


def test_the_same_words_are_labelled_once(house: House, dana: Browser) -> None:
    maya = house.patient("Maya")
    message = house.says(maya, "The cat has a new home.")
    form = {"kind": "missed", "words": "", "level": "3", "category": "S"}
    assert dana.press(maya, FORM.format(message), **form).status_code == 303
    assert dana.press(maya, FORM.format(message), **form).status_code == 422
    assert len(labels(house)) == 1


def test_nothing_leaves_the_house_before_a_person_has_read_it(house: House, dana: Browser) -> None:
    closed_as_false_alarm(house, "I could kill for a coffee", "kill for")
    assert exported(dana) == []
    keep(dana, house)
    assert len(exported(dana)) == 1


def test_what_leaves_names_nobody_and_still_points_at_the_words(house: House, dana: Browser) -> None:
    text = "Theo here, Lena in Denver drives me mad, I could kill for a coffee. Call +1 555 010 0142 or mail theo.b@clinic.example"
    closed_as_false_alarm(house, text, "kill for a coffee")
    keep(dana, house, hide="drives me mad")
    [line] = exported(dana)
    for gone in ("Theo", "theo", "Brandt", "Lena", "Denver", "0142", "clinic.example", "drives me mad"):
        assert gone not in json.dumps(line)
    [span] = line["spans"]
    assert line["text"][span["start"] : span["end"]] == span["text"] == "kill for a coffee"
    assert (line["level"], line["kind"], line["heard"]["level"]) == (0, "false_alarm", 3)
    [label] = house.rows(Label)
    assert label.id not in json.dumps(line)


def test_left_out_stays_in(house: House, dana: Browser) -> None:
    closed_as_false_alarm(house, "I could kill for a coffee", "kill for")
    [label] = house.rows(Label)
    csrf = dana.field(dana.get("/console/review").text, "csrf")
    dana.post(f"/console/review/{label.id}", {"csrf": csrf, "status": "left_out"})
    assert exported(dana) == []
    assert "I could" in dana.get("/console/review?status=left_out").text


def test_only_an_admin_takes_labels_out(house: House, dana: Browser) -> None:
    omar = house.browser().entered(OMAR)
    assert omar.get("/console/review/corpus.jsonl").status_code == 403
    assert "corpus.jsonl" not in omar.get("/console/review").text
    with house.store.write() as session:
        set_admin(session, OMAR, True)
    assert omar.get("/console/review/corpus.jsonl").status_code == 200
