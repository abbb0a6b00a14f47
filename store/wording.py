"""Filling the {placeholders} of reviewed texts. No patient ever reads a brace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from store.patient_day import known_zone
from store.people import Patient
from store.settings import UNNAMED, Clinic

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """What the placeholders stand for, for one clinic; `lines` are the house's own reviewed lines (clinical/lines.yml)."""

    clinic: Clinic
    resources: Mapping[str, Any]
    lines: Mapping[str, str] = field(default_factory=dict)

    def fill(self, text: str, patient: Patient, *, dose_at: datetime | None = None, sla_time: str = "", **more: str) -> str:
        """`text` with every placeholder replaced; an unknown one falls away rather than being shown."""
        values = {**self._clinic_values(), **self._local_values(patient), **self._patient_values(patient, dose_at)}
        values |= self._in_spanish(patient, dose_at) | more
        if sla_time:
            values["sla_time"] = sla_time
        return _PLACEHOLDER.sub(lambda match: values.get(match[1], ""), text)

    def line(self, key: str, patient: Patient, *, clinician: str = "") -> str:
        """One of the house's own lines, filled; in Spanish where there is a Spanish one and the patient reads it."""
        spanish = self.lines.get(f"{key}_es") if _reads_spanish(patient) else None
        return self.fill(spanish or self.lines[key], patient, clinician=clinician)

    def weekday(self, at: datetime, patient: Patient) -> str:
        """The day's name where the patient is, in their language."""
        local = at.astimezone(ZoneInfo(known_zone(patient.timezone)))
        names = self.lines.get("value_weekdays_es", "").split() if _reads_spanish(patient) else []
        return names[local.weekday()] if len(names) == 7 else local.strftime("%A")

    def contacts(self, patient: Patient) -> dict[str, str]:
        """Who to call where this patient is: shown behind "Get help now"."""
        place = self._place(patient)
        line = place.get("crisis_line", {})
        text_line = place.get("text_line", {})
        return {
            "emergency": str(place.get("emergency", "")),
            "crisis_line": str(line.get("call") or line.get("directory") or ""),
            "crisis_line_name": str(line.get("name", "")),
            "crisis_text": str(line.get("text", "")),
            "text_line": str(text_line.get("text", "")),
            "clinic_phone": self.clinic.phone,
        }

    def _place(self, patient: Patient) -> Mapping[str, Any]:
        locales: Mapping[str, Any] = self.resources.get("locales", {})
        found: Mapping[str, Any] = locales.get(patient.locale) or locales.get("unknown") or {}
        return found

    def _local_values(self, patient: Patient) -> dict[str, str]:
        contacts = self.contacts(patient)
        return {"crisis_line": contacts["crisis_line"], "emergency_number": contacts["emergency"]}

    def _clinic_values(self) -> dict[str, str]:
        clinic = self.clinic
        return {
            "clinic_name": clinic.name,
            "clinic_phone": clinic.phone,
            "office_hours": clinic.office_hours,
            "oncall_name": clinic.oncall_name,
            "bot_name": clinic.bot_name,
            "sla_time": "as soon as they can",
            "prep_instructions": clinic.prep_instructions or f"see the sheet your clinic gave you, or call {clinic.phone}.",
            "session_day": "your session day",
        }

    def _patient_values(self, patient: Patient, dose_at: datetime | None) -> dict[str, str]:
        day = self.weekday(dose_at, patient) if dose_at else "your last dosing day"
        return {"name": patient.name or "there", "dose_day": day}

    def _in_spanish(self, patient: Patient, dose_at: datetime | None) -> dict[str, str]:
        """Values that are words of a language; a number is the same in every one."""
        if not _reads_spanish(patient):
            return {}
        set_otherwise = {"dose_day": dose_at is not None, "oncall_name": self.clinic.oncall_name != UNNAMED}
        known = {name: self.lines.get(f"value_{name}_es") for name in _WORDS if not set_otherwise.get(name)}
        return {name: value for name, value in known.items() if value}


_WORDS = ("office_hours", "prep_instructions", "session_day", "dose_day", "sla_time", "oncall_name")


def _reads_spanish(patient: Patient) -> bool:
    return bool(patient.language) and patient.language.startswith("es")
