"""The console's own words, for clinicians. What patients read lives in clinical/."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

LEVELS = ("No risk", "Distress", "Risk marker", "Active thoughts", "Intent or behaviour", "Emergency")
URGENCIES = ("No risk", "Routine", "Same day", "Prompt", "Urgent", "Emergency")
CATEGORIES = {
    "none": "", "S": "suicide", "N": "self-injury", "V": "harm to others", "A": "harm from others",
    "AC": "child, elder or dependent at risk", "P": "psychosis or mania", "E": "medical emergency", "U": "misuse",
    "D": "panic or dissociation", "T": "somebody else at risk", "H": "history", "Q": "quantity or method question",
}  # fmt: skip
KINDS = {
    "risk": "Risk heard", "unscreened": "Could not be screened", "bot_failed": "Afterglow could not answer",
    "not_understood": "Not understood twice", "undelivered": "Not delivered", "person_requested": "Asks for a person",
    "note": "Note", "follow_up": "Follow-up", "missed": "Not asked, or not answered",
}  # fmt: skip
OWNERS = {
    "bot": "With Afterglow", "waiting": "Waiting for a person", "human": "With a clinician",
    "returning": "Closed, not handed back",
}  # fmt: skip
RUNS = {"open": "open", "paused": "paused", "finished": "done", "stopped": "stopped", "lapsed": "offered, no answer"}
PAGES = {
    "due": "not accepted yet", "accepted": "accepted", "acknowledged": "acknowledged", "cancelled": "cancelled",
    "quiet": "told without an alarm", "unreached": "acknowledged, but not reached",
}  # fmt: skip
WAYS = {"console": "open console", "email": "e-mail", "sms": "text message", "webhook": "pager service"}
ATTEMPTS = {
    "due": "about to be sent", "sending": "being sent", "accepted": "accepted", "failed": "NOT TAKEN",
    "unsure": "not known whether it went out", "cancelled": "not sent",
}  # fmt: skip
ROLES = {
    "primary": "Primary", "backup": "Backup", "director": "Director", "everyone": "Everybody", "console": "", "test": "Test",
    "acknowledge": "Told that somebody has it",
}  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CHANNELS = {"web": "web", "sms": "text message", "console": "console", "email": "e-mail", "webhook": "webhook"}
PHASES = {
    "normal": "nothing open", "support": "support", "safety_check": "asking the safety questions",
    "handoff_pending": "keeping company until a person comes", "human_active": "silent, a person has it",
    "return_pending": "waiting for release, no tasks", "closed_optout": "opted out of texts, event open",
}  # fmt: skip
MODIFIERS = {
    "dip_window": "days 5 to 14 after the dose", "low_mood": "mood 0 to 2", "agitated": "hopeless and agitated or sleepless",
    "substances": "alcohol or drugs now", "alone": "alone tonight", "means_near": "means within reach", "past_attempt": "past attempt",
    "recent_loss": "recent loss", "sudden_calm": "sudden calm", "giving_away": "giving things away",
}  # fmt: skip
OFFERS = {
    "ai": "word that it is a chatbot", "direct_question": "the direct question", "crisis_contact": "the crisis line",
    "emergency": "the emergency number", "clinician": "a clinician", "trusted_person": "a trusted person",
    "barrier": "help when calling is hard", "means_distance": "distance from means",
    "physical_company": "somebody in the room", "grounding": "grounding",
}  # fmt: skip
ITEM_9 = {"0": "not at all", "1": "several days", "2": "more than half the days", "3": "nearly every day"}
LABELS = {"false_alarm": "False alarm", "missed": "Should have been flagged"}
REVIEWS = {"open": "To read", "kept": "Kept for the corpus", "left_out": "Left out"}
CHANGES = {"measuring": "being measured", "proposed": "waiting for signatures", "accepted": "signed by two", "withdrawn": "withdrawn"}
SECTIONS = {"alone": "When nothing else was heard", "agreeing": "When a phrase, the question or the talk counted too"}
GROUPS = {"words": "Messages and notes", "care": "Flags and hand-offs", "course": "Doses and modules"}
MOMENTS = {
    "said_patient": "Patient", "said_bot": "Afterglow", "said_protocol": "Afterglow, safety", "said_system": "Afterglow",
    "said_clinician": "Clinician", "note_note": "Private note", "note_take_over": "Took over", "note_hold": "Put on hold",
    "note_call": "By phone", "note_no_answer": "By phone",
    "raised": "Flag raised", "acknowledged": "Acknowledged", "closed": "Closed", "paged": "Alert", "joined": "Joined the talk",
    "returned": "Handed back", "dose": "Dose", "opened": "Module begun", "finished": "Module finished", "stopped": "Module stopped",
    "paused": "Module paused",
}  # fmt: skip
MEDIA = {
    "image": ("a picture", "pictures"), "audio": ("a voice recording", "voice recordings"), "video": ("a video", "videos"),
    "file": ("a file", "files"),
}  # fmt: skip
OPINIONS = {
    "due": "not asked yet", "asking": "being asked", "raised": "graver than here, and counted", "not_graver": "no graver than here",
    "unanswered": "no answer",
}  # fmt: skip
READINGS = {"unclear": "unclear", "refused": "would rather not say", "silence": "no answer"}
DELIVERIES = {
    "due": "queued", "sending": "being sent", "sent": "sent", "delivered": "delivered", "failed": "NOT DELIVERED",
    "cancelled": "not sent",
}  # fmt: skip


def sent(media: str | None) -> str:
    """ "a picture and 2 videos", of the kinds that came along with a message."""
    found = Counter((media or "").split(",")) if media else Counter[str]()
    named = [MEDIA[kind][0] if number == 1 else f"{number} {MEDIA[kind][1]}" for kind, number in found.items() if kind in MEDIA]
    return " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


def level_word(level: int, category: str) -> str:
    """The protocol's names for levels are about suicide and self-injury; everything else is named by its urgency."""
    return (LEVELS if category in {"S", "N"} else URGENCIES)[level]


def span(length: timedelta) -> str:
    """ "under 1 min", "4 min", "2 h 10 min", "3 days"."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "under 1 min"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days = hours // 24
    return f"{days} day{'s' if days > 1 else ''}"


def due(respond_by: datetime | None, now: datetime) -> tuple[str, bool]:
    """How long there is to respond, and whether that time is over."""
    if respond_by is None:
        return "", False
    late = respond_by <= now
    return (f"{span(now - respond_by)} late" if late else f"{span(respond_by - now)} left"), late


def since_dose(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "no dose yet"
    hours = (now - at).total_seconds() / 3600
    return f"{int(hours)} h since dose" if hours < 48 else f"day {int(hours // 24)} after dose"


def level_range(lowest: int, highest: int) -> str:
    return f"level {lowest}" if lowest == highest else f"levels {lowest} to {highest}"


def hour(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
