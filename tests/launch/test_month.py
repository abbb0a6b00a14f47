"""A month in seconds, readable by a clinician."""

import re

import pytest

from launch.month import main


def played(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments, "--begins", "2026-03-02"]) == 0
    return capsys.readouterr().out


def test_an_answering_patients_first_days(capsys: pytest.CaptureFixture[str]) -> None:
    told = played(capsys, "maya", "--days", "5")
    assert re.findall(r"(\d\d:\d\d)  text    (M\d+)", told) == [
        ("15:00", "M3"),
        ("09:00", "M4"),
        ("09:00", "M5"),
        ("09:00", "M7"),
        ("09:00", "M8"),
    ]
    assert "not sent: M6 (the week's last places are kept for M7, M8)" in told
    assert "5 exercises offered, 5 answered, 0 reminders" in told
    assert "M3 answered to the end" in told


def test_a_dip_calls_a_person_and_nothing_is_offered_until_it_is_handed_back(capsys: pytest.CaptureFixture[str]) -> None:
    told = played(capsys, "jonas", "--days", "9", "--replies", "dip")
    after = told[told.index("crisis protocol") :]
    assert "→ team    level 3" in after
    assert "M10 set aside, kept" in after
    assert re.findall(r"text    (M\d+)", after)[:1] == ["M11"]


def test_stop_ends_every_text(capsys: pytest.CaptureFixture[str]) -> None:
    told = played(capsys, "ruth", "--days", "5", "--replies", "stop", "--zone", "Europe/Madrid")
    before, after = told.split("patient  STOP", 1)
    assert re.search(r"\d\d:\d\d  text    M\d", before)
    assert "  text  " not in after
    assert "nothing sent: the patient has opted out of texts (STOP)" in told


def test_nonsense_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["maya", "--doses", "soon"]) == 78
    assert "days such as 0,7,14" in capsys.readouterr().err
