"""A clinician sees a module as patients will read it, on the web and as texts, before anybody does."""

import textwrap

import pytest

from programme import Line, Programme
from programme.__main__ import main
from programme.lint import fill
from programme.phone import as_sms
from programme.preview import preview
from programme.run import Run

MODULES = ["M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11", "M12", "X1", "G1"]


def plainly(text: str) -> str:
    return " ".join(text.replace(">", " ").split())


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("channel", ["web", "sms"])
def test_every_line_a_patient_reads_is_on_the_paper(programme: Programme, module: str, channel: str) -> None:
    shown = plainly(preview(programme, module, channel))
    run = Run(programme, module, {"channel": channel, "locale": "en"})
    for step in programme.module(module).steps:
        text = fill(run.words(step))[0]
        line = as_sms(Line(text, run.choices(step))) if channel == "sms" else text
        assert plainly(line) in shown, step.id
        assert f"--- {step.id} " in shown
    for words in programme.module(module).closing:
        assert plainly(fill(run.words(words))[0]) in shown


def test_the_web_shows_buttons_and_the_phone_numbers(programme: Programme) -> None:
    assert "[well] [so-so] [badly] [hardly at all]" in preview(programme, "M4", "web")
    assert "1 well\n  > 2 so-so\n  > 3 badly\n  > 4 hardly at all" in preview(programme, "M4", "sms")


def test_what_a_clinician_is_told_and_what_opens_the_protocol_stands_beside_it(programme: Programme) -> None:
    shown = preview(programme, "M10")
    assert "CRISIS PROTOCOL level 4 S" in shown or "CRISIS PROTOCOL level 3 S" in shown
    assert "tells a clinician [same_day] Mood 3 in the fade check" in shown


def test_spanish_is_shown_where_there_is_spanish(programme: Programme) -> None:
    assert "¿Cómo dormiste?" in preview(programme, "M4", "sms", "es")


def test_a_module_that_does_not_exist_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "M99"]) == 1
    assert "there is no such module" in capsys.readouterr().err


def test_a_preview_fits_a_page(programme: Programme) -> None:
    assert max(len(line) for line in textwrap.dedent(preview(programme, "M7")).splitlines()) < 240
