"""All tables in one place, for the migrations and for readers."""

from store.base import Base
from store.care import Flag, Handoff, Page
from store.course import Answer, Dose, Enrolment, Measure, ModuleRun
from store.notes import Note
from store.people import AuditEntry, Clinician, ClinicianWebSession, Patient, PatientWebSession
from store.talk import AssessmentRow, Conversation, Message, Timer

__all__ = [
    "Answer", "AssessmentRow", "AuditEntry", "Base", "Clinician", "ClinicianWebSession", "Conversation", "Dose",
    "Enrolment", "Flag", "Handoff", "Measure", "Message", "ModuleRun", "Note", "Page", "Patient", "PatientWebSession", "Timer",
]  # fmt: skip
