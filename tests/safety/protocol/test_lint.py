"""The signed text keeps its promises, and the lint notices each one that is broken."""

import copy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from safety.content import Clinical
from safety.protocol.lint import main, problems
from safety.protocol.reading import reading_grade

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def broken(clinical: Clinical) -> Callable[[Callable[[dict[str, Any]], object]], str]:
    def lint(change: Callable[[dict[str, Any]], object]) -> str:
        data = copy.deepcopy(dict(clinical.protocol))
        change(data)
        return "\n".join(str(problem) for problem in problems(replace(clinical, protocol=data)))

    return lint


def test_the_signed_text_keeps_its_promises(clinical: Clinical) -> None:
    assert [str(problem) for problem in problems(clinical)] == []


def test_every_script_has_three_wordings_in_english_and_in_spanish(clinical: Clinical) -> None:
    for name, script in clinical.protocol["scripts"].items():
        assert len(set(script["en"])) >= 3, name
        assert len(set(script["es"])) >= 3, name


def _en(data: dict[str, Any], script: str, text: str) -> None:
    data["scripts"][script]["en"][0] = text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Promise me you won't.", "promise"),
        ("Your secret is safe with me.", "confidentiality"),
        ("This chat is confidential.", "confidentiality"),
        ("You're not suicidal, are you?", "leads to a no"),
        ("Sorry that someone committed suicide.", "judges"),
        ("Please put the pills away.", "names a method"),
        ("Think of your kids.", "minimises"),
        ("Stay strong.", "minimises"),
        ("It may be psychosis.", "diagnosis"),
        ("I'll call the police.", "call somebody out"),
        ("Just talk to me.", "away from people"),
        ("Trust the process.", "interprets"),
        ("Dying is peaceful.", "makes death look good"),
        ("Skip your dose.", "advises on medicine"),
        ("You could confront him.", "abused person"),
        ("Press 3 for help.", "press 3"),
        ("Piensa en tus hijos.", "minimises"),
        ("Todo va a estar bien.", "minimises"),
        ("Aléjate de las armas.", "names a method"),
        ("Ya avisé a tu equipo.", "before anybody has accepted"),
        ("Vienen en camino.", "before anybody has accepted"),
        ("I've alerted your team.", "before anybody has accepted"),
        ("Someone is on their way.", "before anybody has accepted"),
        ("A clinician will call you.", "before anybody has accepted"),
        ("Are you okay? Are you safe?", "asks 2 questions"),
        ("word " * 70, "characters once it is filled"),
        (
            "Notwithstanding considerable psychological deterioration, comprehensive consultation necessitates availability.",
            "reads like school year",
        ),
        ("Call {nobody}.", "nobody fills {nobody}"),
        ("Call {clinic_name.", "brace"),
        ("{reach_line} {emergency_number} {clinic_phone} {poison_line}", "four or more places"),
        ("Try {moon_line}.", "no place has the phrase"),
    ],
)
def test_words_that_break_a_promise_are_found(broken: Callable[..., str], text: str, says: str) -> None:
    found = broken(lambda data: _en(data, "thanks", text))
    assert "entry thanks" in found
    assert says in found
    assert "To mend it" in found


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["scripts"].pop("wait"), "the script is missing"),
        (lambda d: d["notes"].pop("silent"), "the note is missing"),
        (lambda d: d["hearing"].pop("refused"), "the hearing list is missing"),
        (lambda d: d["paths"]["S"].pop(4), "levels 1 to 5"),
        (lambda d: d["scripts"]["wait"].pop("es"), "0 wordings in Spanish"),
        (lambda d: d["scripts"]["help_now"].update(es=d["scripts"]["help_now"]["es"][:2]), "2 wordings in Spanish"),
        (lambda d: d["scripts"]["wait"].update(en=["One.", "One.", "One."]), "1 wordings in English"),
        (lambda d: d["scripts"]["not_your_fault"]["es"].append("No es culpa tuya."), "leaves out {emergency_number}"),
        (lambda d: d["scripts"]["wait"].pop("en"), "no English wording"),
        (lambda d: d["scripts"]["wait"].update(asks="moon"), "which is no step"),
        (lambda d: d["scripts"]["when"].update(accepted="moon"), "no script"),
        (lambda d: d["scripts"]["when"].update(accepted="clinician_line"), "asks something else"),
        (lambda d: d["scripts"]["wait"].update(gives=["ai"]), "should give 'ai'"),
        (lambda d: d["steps"]["how"].update(ask="moon"), "no script"),
        (lambda d: d["steps"]["how"].update(ask="wait"), "does not ask this question"),
        (lambda d: d["steps"]["how"].update(kind="moon"), "no kind of question"),
        (lambda d: d["steps"]["how"].update(choices="moon"), "no options"),
        (lambda d: d["steps"]["how"].pop("ask"), "no 'ask' script"),
        (lambda d: d["steps"]["how"].pop("safe"), "which answer reassures"),
        (lambda d: d["steps"]["how"]["answers"].pop("yes"), "after the answer 'yes'"),
        (lambda d: d["steps"]["how"]["answers"]["yes"].update(next="moon"), "no step"),
        (lambda d: d["steps"]["how"]["answers"]["yes"].update(say=["moon"]), "no script"),
        (lambda d: d["steps"]["how"]["answers"]["yes"].update(note="moon"), "is not written"),
        (lambda d: d["steps"]["how"]["answers"]["yes"].update(modifier="moon"), "raises nothing"),
        (lambda d: d["steps"]["how"]["answers"]["yes"].update(level=1), "never falls"),
        (lambda d: d["steps"]["how"]["answers"]["yes"].update(settle=["wait"]), "not the reassuring answer"),
        (lambda d: d["steps"]["how"]["answers"].update(no_answer={}), "raises nothing"),
        (lambda d: d["paths"].update(Z=d["paths"]["D"]), "no such category"),
        (lambda d: d["paths"].update(D={}), "no level"),
        (lambda d: d["paths"]["T"][4].update(page=False, phase="safety_check"), "nobody is paged"),
        (lambda d: d["paths"]["T"][4].update(page=False), "belong together"),
        (lambda d: d["paths"]["T"][4].update(say=[]), "nothing is said"),
        (lambda d: d["paths"]["T"][4].update(say=["wait"]), "this is an AI"),
        (lambda d: d["paths"]["T"][4].update(say=["moon"]), "no script"),
        (lambda d: d["paths"]["T"][4].update(phase="moon"), "no phase"),
        (lambda d: d["paths"]["U"][2].update(cues={"moon": ["wait"]}), "no list under 'hearing'"),
        (lambda d: d["paths"]["S"][4].update(later=[]), "never holds 'trusted_person'"),
        (lambda d: d["asides"].append({"hears": "moon", "say": "wait"}), "no list 'moon'"),
        (lambda d: d["asides"].append({"hears": "thanks", "say": "moon"}), "no such script"),
        (lambda d: d["asides"].append({"hears": "thanks", "say": "thanks", "flag": "moon"}), "is not written"),
        (lambda d: d["scripts"].update(lonely=d["scripts"]["wait"]), "nothing ever says this"),
        (lambda d: d["feelings"]["en"].pop("default"), "no 'default'"),
        (lambda d: d["feelings"]["en"].update(N=["the pills"]), "names a method"),
        (lambda d: d.pop("scripts"), "section 'scripts' is missing"),
        (lambda d: d["paths"]["S"].update({4: 7}), "wrong shape"),
    ],
)  # fmt: skip
def test_paths_that_lead_nowhere_are_found(broken: Callable[..., str], change: Callable[[dict[str, Any]], object], says: str) -> None:
    assert says in broken(change)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda r: r["locales"].pop("unknown"), "whose place is not known"),
        (lambda r: r["locales"]["US"].pop("emergency"), "no emergency number"),
        (lambda r: r["locales"]["US"].pop("crisis_line"), "no crisis line"),
        (lambda r: r["locales"]["US"]["phrases"].pop("reach"), "would have a hole"),
        (lambda r: r["locales"]["US"]["phrases"]["reach"].pop("es"), "no wording in 'es'"),
        (lambda r: r["locales"]["US"]["crisis_line"].update(call="989"), "does not name 989"),
    ],
)
def test_a_place_without_help_is_found(clinical: Clinical, change: Callable[[dict[str, Any]], object], says: str) -> None:
    data = copy.deepcopy(dict(clinical.resources))
    change(data)
    assert any(says in str(problem) for problem in problems(replace(clinical, resources=data)))


def test_a_phrase_that_some_places_lack_needs_a_wording_without_it(broken: Callable[..., str]) -> None:
    assert "some places lack" in broken(
        lambda data: data["scripts"]["thanks"].update(en=["A {quiet_line}", "B {quiet_line}", "C {quiet_line}"])
    )


def test_the_command_says_yes_and_no(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "reads well" in capsys.readouterr().out
    assert main([str(tmp_path)]) == 1
    assert "To mend it" in capsys.readouterr().out


def test_the_command_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "safety.protocol.lint"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_bare_yes_and_no_in_yaml_are_understood() -> None:
    from safety.protocol.content import read_protocol

    data = yaml.safe_load((ROOT / "clinical" / "protocol.yml").read_text("utf-8").replace('"yes":', "yes:").replace('"no":', "no:"))
    assert {"yes", "no", "unsure"} <= set(read_protocol(data).steps["thoughts"].on)


def test_reading_grades_rise_with_harder_words() -> None:
    assert reading_grade("The dog ran home. It was late.") < 3
    assert reading_grade("Considerable deterioration necessitates consultation.") > 15
    assert reading_grade("988") == 0
