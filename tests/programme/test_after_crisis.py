"""What rests after an event, and what waits for a clinician (CRISIS.md 9.5)."""

from dataclasses import replace

import pytest

from programme import Circumstances, Programme, offerable
from programme.lint import faults
from programme.offers import refusal, wishable


@pytest.mark.parametrize(
    ("hours", "stands", "opens"), [(71, True, False), (71, False, False), (73, True, False), (400, True, False), (73, False, True)]
)
def test_writing_opens_again_after_its_rest_and_only_when_a_clinician_has_opened_it(
    programme: Programme, hours: float, stands: bool, opens: bool
) -> None:
    here = Circumstances(days_since_dose=2, hours_since_crisis=hours, crisis_stands=stands)
    asked = replace(here, asked_for=True)
    assert ("M5" in offerable(programme, 47, ("M1",), here)) == opens
    assert ("M5" in offerable(programme, 47, ("M1",), asked)) == opens
    assert ("M5" in wishable(programme, 47, ("M1",), asked)) == opens


def test_what_is_not_a_trauma_module_waits_for_nobody(programme: Programme) -> None:
    here = Circumstances(days_since_dose=2, hours_since_crisis=400, crisis_stands=True)
    refused = {
        module.id for module in programme.patient_modules if "closed after a crisis" in refusal(programme, module, 47, ("M1",), here)
    }
    assert refused == {"M5"}
    assert offerable(programme, 47, ("M1",), replace(here, asked_for=True)), "the others go on"


def test_a_module_that_does_not_exist_cannot_be_closed_unnoticed(programme: Programme) -> None:
    shared = programme.shared.model_copy(update={"closed_after_crisis": ("M5", "M55")})
    found = [fault for fault in faults(replace(programme, shared=shared)) if fault.entry == "closed_after_crisis"]
    assert [fault.wrong for fault in found] == ["there is no module M55."]
