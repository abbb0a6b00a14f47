"""All tables in one place, for the migrations and for readers."""

from store.attempts import PageAttempt
from store.base import Base
from store.care import Flag, Handoff, Page
from store.caring import CaringContact
from store.course import Answer, Dose, Enrolment, Measure, ModuleRun
from store.drills import Drill
from store.notes import Note
from store.on_call import Contact, Override, Shift
from store.people import AuditEntry, Clinician, ClinicianWebSession, Patient, PatientWebSession
from store.prompts import Prompt
from store.questions import OpenQuestion
from store.review import Label
from store.second_opinions import SecondOpinionRow
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
    "Contact",
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
    "OpenQuestion",
    "Override",
    "Page",
    "PageAttempt",
    "Patient",
    "PatientWebSession",
    "Prompt",
    "SecondOpinionRow",
    "Shift",
    "ThresholdChange",
    "Timer",
]
