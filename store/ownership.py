"""bot → waiting → human → returning → bot: who may speak, and the only ways from one to the next.

Every function locks the conversation first and checks what the clinician's page showed: the loser of a race is told
what is new, and nothing of their act is written.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety.protocol import on_human_joined, on_released
from store.acts import Act, NeedsReason, Stale, Unsafe, event_open, open_flags, tell_protocol
from store.care import FlagStatus, Handoff
from store.clinicians import names_of
from store.errors import Conflict
from store.messages import Saying, add_outbound, cancel_unsent_bot_lines, lock_conversation
from store.notes import NoteKind, add_note
from store.outcomes import must_be_shown, protocol_state
from store.paging import accept_due, acknowledge_pages
from store.people import Patient
from store.reaching import watch
from store.talk import Author, Conversation, Message, Owner
from store.timers import HUMAN_IDLE_AFTER, TimerKind, clear_timers, set_timer

URGENT = 3  # from this level on a line that no browser shows is a reason to phone
REACHED, NO_ANSWER = "Reached the patient by phone.", "Rang the patient: no answer."


def acknowledge(session: Session, act: Act) -> None:
    """ "I've got it": stops the escalation. Raises Stale when a colleague was faster."""
    conversation = lock_conversation(session, act.conversation_id)
    waiting = [flag for flag in open_flags(session, conversation.id) if flag.status == FlagStatus.OPEN]
    if not waiting:
        holder = holder_of(session, conversation)
        who = _name(session, holder) if holder else "A colleague"
        if holder != act.clinician_id:
            raise Stale("taken", f"{who} has this already.")
        return
    _acknowledge(session, conversation, act)
    act.on_record(session, conversation, "acknowledge")


def take_over(session: Session, act: Act, reason: str = "") -> None:
    """The conversation is mine now. From a colleague it needs a reason."""
    conversation = lock_conversation(session, act.conversation_id)
    same_owner(session, conversation, act)
    _become_owner(session, conversation, act, reason)


def reply(session: Session, act: Act, text: str, once: str | None = None, *, despite: bool = False) -> Message:
    """Write to the patient, on whichever channel they are on. Takes the conversation over when nobody has it.
    The same `once` again (a button pressed twice) sends nothing more.

    Raises Stale when the patient or a colleague wrote since the page was drawn, Conflict when it is a colleague's,
    Unsafe when somebody else may read the patient's texts and the clinician has not said `despite`.
    """
    conversation = lock_conversation(session, act.conversation_id)
    sent = _sent_already(session, conversation.id, once)
    if sent is not None:
        return sent
    nothing_new(session, conversation, act)
    not_a_colleagues(session, conversation, act)
    if not despite and conversation.last_channel == "sms" and protocol_state(conversation).unsafe_to_text:
        raise Unsafe("Not sent: somebody else may be reading this patient's texts. Phone, or send it knowing that.")
    if not is_mine(conversation, act):
        same_owner(session, conversation, act)
        _become_owner(session, conversation, act, "")
    elif any(flag.status == FlagStatus.OPEN for flag in open_flags(session, conversation.id)):
        _acknowledge(session, conversation, act)  # whoever answers what was graver than before has that too
    clear_timers(session, conversation.id, TimerKind.HUMAN_IDLE, TimerKind.HUMAN_SILENT)
    # in an open event a line that does not arrive is a reason to phone
    state = protocol_state(conversation)
    saying = Saying(text, Author.CLINICIAN, crisis=state.open, clinician_id=act.clinician_id)
    message = add_outbound(session, conversation, saying, at=act.now)
    message.external_id = _once_id(once)
    if message.channel == "web" and state.open and state.level >= URGENT:
        must_be_shown(session, message, act.now)
    act.on_record(session, conversation, "reply", f"message {message.id}")
    return message


def record_call(session: Session, act: Act, *, reached: bool) -> None:
    """Somebody rang the patient. Whoever spoke with them has it, and nobody else needs to be called; a ring that nobody took is noted."""
    conversation = lock_conversation(session, act.conversation_id)
    kind, words = (NoteKind.CALL, REACHED) if reached else (NoteKind.NO_ANSWER, NO_ANSWER)
    add_note(session, conversation.id, act.clinician_id, words, act.now, kind)
    if reached:
        _acknowledge(session, conversation, act)
        clear_timers(session, conversation.id, TimerKind.WAITING, TimerKind.HUMAN_SILENT)  # a person is with them; silence here is no sign
    act.on_record(session, conversation, "call", "reached" if reached else "no answer")


def hand_back(session: Session, act: Act) -> None:
    """The bot may speak again. Not while a safety event is open: that takes a disposition."""
    conversation = lock_conversation(session, act.conversation_id)
    same_owner(session, conversation, act)
    nothing_new(session, conversation, act)
    if event_open(open_flags(session, conversation.id)):
        raise Conflict("A safety event is open. Close it with a disposition, then hand the conversation back.")
    not_a_colleagues(session, conversation, act)
    tell_protocol(session, conversation, on_released, act.content, act.now)
    move(conversation, Owner.BOT, None)
    conversation.bot_generation, conversation.bot_turns = conversation.bot_generation + 1, 0
    clear_timers(session, conversation.id, TimerKind.HUMAN_IDLE)
    for passage in _open_handoffs(session, conversation.id):
        passage.returned_at = act.now
    act.on_record(session, conversation, "hand_back")


def move(conversation: Conversation, owner: Owner, clinician_id: str | None) -> None:
    """The one place where a person changes the owner: every change is a new version."""
    conversation.owner, conversation.owner_clinician_id = owner, clinician_id
    conversation.owner_version += 1


def holder_of(session: Session, conversation: Conversation) -> str | None:
    """Who has it: the owner, or whoever said "I've got it" for one of its open flags."""
    if conversation.owner in {Owner.HUMAN, Owner.RETURNING} and conversation.owner_clinician_id:
        return conversation.owner_clinician_id
    flags = open_flags(session, conversation.id)
    return next((flag.acknowledged_by for flag in flags if flag.status == FlagStatus.ACKNOWLEDGED), None)


def _become_owner(session: Session, conversation: Conversation, act: Act, reason: str) -> None:
    if is_mine(conversation, act):
        return
    holder = holder_of(session, conversation)
    if holder not in {None, act.clinician_id} and not reason.strip():
        raise NeedsReason(f"{_name(session, holder)} has this. Give a reason to take it over.")
    known_to_patient = conversation.owner_clinician_id == act.clinician_id
    _acknowledge(session, conversation, act)
    move(conversation, Owner.HUMAN, act.clinician_id)
    cancel_unsent_bot_lines(session, conversation.id)
    _join_handoff(session, conversation, act)
    tell_protocol(session, conversation, on_human_joined, act.content, act.now)
    if not known_to_patient:
        _introduce(session, conversation, act)
    clear_timers(session, conversation.id, TimerKind.HUMAN_SILENT)
    if awaited(session, conversation):
        set_timer(session, conversation.id, TimerKind.HUMAN_IDLE, act.now + HUMAN_IDLE_AFTER)
    if reason.strip():
        add_note(session, conversation.id, act.clinician_id, reason.strip(), act.now, NoteKind.TAKE_OVER)
    act.on_record(session, conversation, "take_over", f"from {holder}" if holder else "")


def awaited(session: Session, conversation: Conversation) -> bool:
    """The patient wrote last, and something is open: they wait for this person's first words."""
    return bool(open_flags(session, conversation.id)) and wrote_last(session, conversation)


def wrote_last(session: Session, conversation: Conversation) -> bool:
    """The patient wrote after any clinician did."""
    said = select(Message.author).where(Message.conversation_id == conversation.id, Message.author.in_((Author.PATIENT, Author.CLINICIAN)))
    return session.scalar(said.order_by(Message.seq.desc()).limit(1)) == Author.PATIENT


def _sent_already(session: Session, conversation_id: str, once: str | None) -> Message | None:
    if once is None:
        return None
    statement = select(Message).where(Message.conversation_id == conversation_id, Message.external_id == _once_id(once))
    return session.scalar(statement)


def _once_id(once: str | None) -> str | None:
    return f"console:{once}"[:80] if once else None


def _acknowledge(session: Session, conversation: Conversation, act: Act) -> None:
    """Whoever has it has certainly received the page."""
    accept_due(session, conversation, act.clinician_id, act.content, act.now)
    taken = [flag for flag in open_flags(session, conversation.id) if flag.status == FlagStatus.OPEN or flag.acknowledged_by is None]
    for flag in taken:
        flag.status, flag.acknowledged_at, flag.acknowledged_by = FlagStatus.ACKNOWLEDGED, act.now, act.clinician_id
    acknowledge_pages(session, conversation.id, act.clinician_id, act.now)
    clear_timers(session, conversation.id, TimerKind.PAGE_LATE)
    watch(session, conversation, taken, act)


def _join_handoff(session: Session, conversation: Conversation, act: Act) -> None:
    """The passage that was asked for, or a new one when the clinician came unasked or took it from a colleague."""
    passages = _open_handoffs(session, conversation.id)
    for passage in (one for one in passages if one.joined_at is not None):
        passage.returned_at = act.now
    asked_for = next((one for one in passages if one.joined_at is None), None)
    if asked_for is None:
        asked_for = Handoff(conversation_id=conversation.id, requested_at=act.now)
        session.add(asked_for)
    asked_for.joined_at, asked_for.clinician_id = act.now, act.clinician_id


def _open_handoffs(session: Session, conversation_id: str) -> list[Handoff]:
    statement = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.returned_at.is_(None))
    return list(session.scalars(statement.order_by(Handoff.requested_at)))


def _introduce(session: Session, conversation: Conversation, act: Act) -> None:
    """Not where somebody else may read it, and not by text to whom has opted out of them: the clinician phones."""
    patient = session.get_one(Patient, conversation.patient_id)
    opted_out = conversation.last_channel == "sms" and patient.sms_opted_out_at is not None
    if opted_out or protocol_state(conversation).unsafe_to_text:
        return
    name = _name(session, act.clinician_id)
    text = act.content.wording.line("human_joined", patient, clinician=name)
    add_outbound(session, conversation, Saying(text, Author.SYSTEM, script="human_joined"), at=act.now)


def is_mine(conversation: Conversation, act: Act) -> bool:
    """Whether this clinician owns the conversation now."""
    return conversation.owner == Owner.HUMAN and conversation.owner_clinician_id == act.clinician_id


def not_a_colleagues(session: Session, conversation: Conversation, act: Act) -> None:
    """Raises Conflict when another clinician owns the conversation."""
    if conversation.owner == Owner.HUMAN and not is_mine(conversation, act):
        raise Conflict(f"{_name(session, conversation.owner_clinician_id)} has this conversation. Take it over first.")


def same_owner(session: Session, conversation: Conversation, act: Act) -> None:
    """Raises Stale when the conversation changed hands since the page was drawn."""
    if act.owner_version is not None and act.owner_version != conversation.owner_version:
        holder = _name(session, conversation.owner_clinician_id) if conversation.owner_clinician_id else conversation.owner
        raise Stale("owner", f"This changed while you were looking: it is now with {holder}.")


def nothing_new(session: Session, conversation: Conversation, act: Act) -> None:
    """Raises Stale when the patient or a colleague wrote since the page was drawn."""
    if act.last_seq is None:
        return
    statement = select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.seq > act.last_seq,
        (Message.author == Author.PATIENT) | ((Message.author == Author.CLINICIAN) & (Message.clinician_id != act.clinician_id)),
    )
    if session.scalar(statement.limit(1)) is not None:
        raise Stale("messages", "Something new was said since you began writing. Read it, then send again.")


def _name(session: Session, clinician_id: str | None) -> str:
    return names_of(session, [clinician_id]).get(clinician_id or "", "A colleague")
