"""All tables in one place, for the migrations and for readers."""

from store.base import Base
from store.care import Flag, Handoff, Page
from store.caring import CaringContact
from store.course import Answer, Dose, Enrolment, Measure, ModuleRun
from store.drills import Drill
from store.notes import Note
from store.people import AuditEntry, Clinician, ClinicianWebSession, Patient, PatientWebSession
from store.review import Label
from store.talk import AssessmentRow, Conversation, Message, Timer
from store.thresholds import ThresholdChange

__all__ = [
    "Answer",
    "AssessmentRow",
    "AuditEntry",
    "Base",
    "CaringContact",
    "Clinician",
    "ClinicianWebSession",
    "Conversation",
    "Dose",
    "Drill",
    "Enrolment",
    "Flag",
    "Handoff",
    "Label",
    "Measure",
    "Message",
    "ModuleRun",
    "Note",
    "Page",
    "Patient",
    "PatientWebSession",
    "ThresholdChange",
    "Timer",
]
