"""A clinic in the middle of a working day: patients in every kind of trouble, past flags, labels, figures. For pictures and checks."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety.protocol.content import protocol_of
from store.care import Flag, FlagKind, Page
from store.caring import plan_contacts
from store.course import Answer, Measure, ModuleRun, RunStatus
from store.dispositions import Closing, close_flag
from store.drills import Drill, plan
from store.labels import Opinion, add_label
from store.messages import add_inbound
from store.ownership import acknowledge, hand_back, take_over
from store.people import Patient
from store.replay import replay
from store.review import LabelKind
from store.talk import Author, Conversation
from store.thresholds import Proposal, measured, numbers_of, propose, sign, with_numbers
from tests.console.house import DANA, OMAR, House, furnish

ENTRY = (
    "Slept badly again, third night. I made the soup anyway and sat by the window for a while. Honestly I think everyone would be better "
    "off without me here. My sister called but I let it ring. Tomorrow I will try to write to her."
)
PAST = (
    ("Theo", "I could kill for a coffee right now, the queue was murder", "kill for", 3, "false_alarm", "An idiom."),
    ("Ines", "I died in the session and came back lighter", "died", 2, "false_alarm", "Imagery of the session."),
    ("Paul", "I cut myself last night, not deep", "cut myself", 3, "safety_plan", "Spoke by phone, plan reviewed, sister with him."),
    ("Hana", "i wish i just wouldnt wake up", "wouldnt wake up", 2, "same_day_appointment", "Seen at four."),
    ("Theo", "what's the point of any of this", "what's the point", 1, "resolved_no_risk", "Tired, no risk."),
)


def working_day(house: House, quiet: int = 0) -> dict[str, str]:
    """Fill the house, with so many ordinary messages; answers with the conversations by name."""
    everyday(house, quiet)
    past_flags(house)
    people = {
        "Maya": _maya(house),
        "Jonas": house.crisis(
            "Jonas", "it worked for a week and now it's gone. i don't want to be here anymore", "don't want to be here", 3, hours=218
        ),
        "Ruth": _ruth(house),
        "Noor": _noor(house),
        "Sam": _entry(house),
    }
    _medical(house)
    _notes(house)
    test_of_the_alert(house)
    return people


def _maya(house: House) -> str:
    maya = house.patient("Maya Lindqvist", hours=6 * 24 + 3, phone="+15550100101")
    furnish(house, maya)
    _questionnaire(house, maya)
    with house.store.write() as session:
        patient = session.get_one(Patient, session.get_one(Conversation, maya).patient_id)
        patient.medicines, patient.medicines_at = "Sertraline 100 mg since May; no benzodiazepines", house.clock() - timedelta(days=9)
    house.says(maya, "I took two lozenges on Monday, and wine with it.", heard="wine with it", level=2, category="U")
    house.line(maya, "How was the night?", Author.BOT)
    house.says(maya, "Not good. I tried once, years ago, and it feels like that again.", heard="I tried once", level=1, category="H")
    house.line(maya, "Thank you for telling me.", Author.BOT)
    message = house.says(
        maya, "I plan to do it on Sunday, when they are away. I have the pills here.", heard="I plan to do it on Sunday", level=4
    )
    house.flag(maya, message, 4, page=True, minutes=10)
    scripts = [key for key, one in protocol_of(house.parts.clinical).scripts.items() if one.asks][:2]
    house.line(
        maya, "Thank you for telling me how heavy this is. Are you having thoughts of ending your life?", Author.PROTOCOL, scripts[0]
    )
    house.says(maya, "yes. most nights", heard="yes", level=3)
    house.line(maya, "You can call or text 988 right now, day or night.", Author.PROTOCOL, "crisis_contact")
    house.line(maya, "How about the next few hours: do you feel able to stay safe?", Author.PROTOCOL, scripts[1])
    house.says(maya, "i dont know. i'm alone tonight", heard="alone tonight", level=4)
    house.line(maya, "Your alert has been received by your care team. I'm staying here.", Author.PROTOCOL)
    return maya


def _questionnaire(house: House, conversation: str) -> None:
    def write(session: Session) -> None:
        row = session.get_one(Conversation, conversation)
        at = house.clock() - timedelta(days=4)
        for number, (kind, value) in enumerate((("phq9", 17), ("", 2))):
            message = add_inbound(session, row, text=str(value), channel="web", external_id=f"q{number}{conversation}", choice=None, at=at)
            session.flush()
            if kind:
                session.add(Measure(patient_id=row.patient_id, message_id=message.id, kind=kind, value=value, at=at))
            else:
                session.add(Answer(patient_id=row.patient_id, message_id=message.id, module="M11", step="P9", value=value, text="2", at=at))

    with house.store.write() as session:
        write(session)


def _ruth(house: House) -> str:
    ruth = house.crisis("Ruth", "I keep thinking about ending it", "thinking about ending it", 3, phone="+15550100103", hours=30)
    with house.store.write() as session:
        take_over(session, house.act(ruth, OMAR))
    house.line(
        ruth,
        "Hi Ruth, this is Omar. I've read what you wrote and I'm here with you now.",
        Author.CLINICIAN,
        clinician_id=house.clinicians[OMAR],
    )
    return ruth


def _noor(house: House) -> str:
    noor = house.patient("Noor", phone="+15550100777", sms_opted_out_at=house.clock())
    house.says(noor, "STOP", channel="sms")
    house.flag(noor, None, 3, kind=FlagKind.UNDELIVERED, page=True, reason="Our safety message did not reach them (21610).")
    return noor


def _entry(house: House) -> str:
    sam = house.patient("Sam", hours=80)
    message = house.says(sam, ENTRY, heard="everyone would be better off without me", level=2, aside=("let it ring", "idiom"))
    house.flag(sam, message, 2, minutes=240)
    return sam


def _medical(house: House) -> None:
    for name, text, heard, level, category in (
        ("Ada", "my chest hurts and I can't get air", "chest hurts", 5, "E"),
        ("Luis", "they put messages in the music", "messages in the music", 3, "P"),
        ("Kit", "he pushed me again last night", "pushed me", 2, "A"),
        (None, "is anybody there? I need to talk to someone", "talk to someone", 1, "none"),
    ):
        conversation = house.patient(name, hours=50)
        message = house.says(conversation, text, heard=heard, level=level, category=category)
        house.flag(conversation, message, level, category, page=level >= 3, minutes=5 if level == 5 else 60)


def _notes(house: House) -> None:
    eve = house.patient("Eve", hours=200)
    message = house.says(eve, "Is it normal to still feel floaty?")
    house.flag(eve, message, 1, "none", kind=FlagKind.NOTE, minutes=600, reason="Wants the team to answer: how long the effects last.")


def everyday(house: House, messages: int) -> None:
    """Five weeks of ordinary messages, so that the figures look like a clinic's."""
    conversation = house.patient("Quiet days", hours=None)
    with house.store.write() as session:
        row = session.get_one(Conversation, conversation)
        for number in range(messages):
            at = house.clock() - timedelta(days=34) + timedelta(days=34) * number / max(1, messages)
            add_inbound(session, row, text="A quiet day.", channel="web", external_id=f"quiet{number}", choice=None, at=at)


def past_flags(house: House) -> None:
    """Flags of the last weeks, taken and closed by two clinicians, some of them labelled."""
    shift = house.clock.shift
    for place, (name, text, heard, level, disposition, note) in enumerate(PAST):
        house.clock.shift = shift - timedelta(days=3 + 5 * place, minutes=30)
        conversation = house.crisis(name, text, heard, level, hours=None)
        flag = house.read(lambda session, c=conversation: session.scalars(select(Flag).where(Flag.conversation_id == c)).one())
        who = (DANA, OMAR)[place % 2]
        house.clock.forward(minutes=2 + 3 * place)
        with house.store.write() as session:
            acknowledge(session, house.act(conversation, who))
        house.clock.forward(minutes=3)
        with house.store.write() as session:
            take_over(session, house.act(conversation, who))
        house.clock.forward(minutes=15)
        with house.store.write() as session:
            close_flag(session, house.act(conversation, who), flag.id, Closing(disposition, note))
            hand_back(session, house.act(conversation, who))
    house.clock.shift = shift
    _hana(house)
    _modules(house)


def _hana(house: House) -> None:
    """After her event: caring contacts that are due, and a message the screen did not hear."""
    hana = house.read(lambda session: next(c for c, p in _people(session) if p.name == "Hana"))
    with house.store.write() as session:
        plan_contacts(session, hana.id, house.clinicians[OMAR], house.clock() - timedelta(days=8))
    missed = house.says(hana.id, "I told Lena in Denver where the papers are, and the cat has a new home. call me at 555-010-0142")
    opinion = Opinion(LabelKind.MISSED, "the cat has a new home", None, 4, "S", "Giving things away.")
    with house.store.write() as session:
        add_label(session, house.act(hana.id), missed, opinion)


def _people(session: Session) -> list[tuple[Conversation, Patient]]:
    rows = session.execute(select(Conversation, Patient).join(Patient, Patient.id == Conversation.patient_id))
    return [(conversation, patient) for conversation, patient in rows]


def _modules(house: House) -> None:
    with house.store.write() as session:
        [patient_id, *_] = session.scalars(select(Patient.id)).all()
        for place, (module, status) in enumerate(
            (("M1", "finished"), ("M3", "finished"), ("M3", "stopped"), ("M4", "open"), ("M10", "finished"))
        ):
            at = house.clock() - timedelta(days=2 + place)
            ended = None if status == RunStatus.OPEN else at + timedelta(minutes=9)
            session.add(
                ModuleRun(patient_id=patient_id, module=module, status=status, place=None, opened_at=at, moved_at=at, closed_at=ended)
            )


def test_of_the_alert(house: House) -> None:
    """Three tests: taken, missed, and one that waits; the next at half past ten."""
    for days, minutes in ((2, 3), (1, None), (0, 0)):
        started = house.clock() - timedelta(days=days, minutes=2)
        conversation = house.patient(f"TEST {started:%d %b %H:%M}, no patient", hours=None, test=True, phone=f"+1555010020{days}")
        house.flag(conversation, house.says(conversation, "TEST of the alert", heard="TEST", level=5), 5, page=True, minutes=5)
        with house.store.write() as session:
            flag = session.scalars(select(Flag).where(Flag.conversation_id == conversation)).one()
            flag.opened_at, flag.respond_by = started, started + timedelta(minutes=5)
            drill = Drill(due_at=started, conversation_id=conversation, started_at=started)
            if minutes:
                flag.status, flag.acknowledged_at, flag.acknowledged_by = (
                    "closed",
                    started + timedelta(minutes=minutes),
                    house.clinicians[DANA],
                )
                flag.closed_at, flag.closed_by, flag.disposition = flag.acknowledged_at, flag.acknowledged_by, "resolved_no_risk"
                drill.ended_at = flag.acknowledged_at
            elif days:
                flag.status, flag.closed_at, flag.closed_by, flag.disposition = (
                    "closed",
                    house.clock(),
                    house.clinicians[DANA],
                    "resolved_no_risk",
                )
                drill.missed_at, drill.ended_at = flag.respond_by, house.clock()
            if days:
                session.get_one(Conversation, conversation).owner = "bot"
                for page in session.scalars(select(Page).where(Page.flag_id == flag.id)):
                    page.status = "acknowledged"
            session.add(drill)
    with house.store.write() as session:
        plan(session, house.clinicians[DANA], "10:30", house.parts.settings.clinic.timezone, house.clock())


def proposal(house: House, *, signed: bool = True) -> str:
    """A change of thresholds, measured over what is stored, with one signature."""
    numbers = numbers_of(house.parts.clinical.model)
    wanted = {"alone": {**numbers["alone"], "2": 0.6, "3": 0.7}, "agreeing": {**numbers["agreeing"], "4": 0.99}}
    with house.store.write() as session:
        change = propose(
            session, house.clinicians[DANA], Proposal(numbers, numbers, wanted, "Three messages were missed last month."), house.clock()
        )
        identity = change.id
    effect = replay(house.store, house.parts.clinical, with_numbers(house.parts.clinical, wanted), house.clock(), breath=0)
    with house.store.write() as session:
        measured(session, identity, effect)
    if signed:
        with house.store.write() as session:
            sign(session, house.clinicians[OMAR], identity, numbers, house.clock())
    return identity
