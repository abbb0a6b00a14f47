"""What goes into the crisis protocol and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from safety.protocol.state import ProtocolState


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store knows about the patient at this moment; never the patient's words."""

    hours_since_dose: float | None = None
    dip_window: bool = False
    page_accepted: bool = False
    channel: str = "web"
    locale: str = "en"
    dose_day: str | None = None
    region: str = "US"
    modifiers: tuple[str, ...] = ()
    """Further reasons to raise level 2 or 3 by one, as named in protocol.yml: "low_mood", "alone", "means_near" …"""
    in_module: bool = False
    """The message answers an open module: mildly sad talk there is not interrupted."""
    opted_out: bool = False
    """No text can reach the patient: nothing is said on SMS."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A quick reply. The protocol is given the label's text when it is pressed."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One message to the patient. Placeholders such as {clinic_name} are still in it: the gateway fills them."""

    script_id: str
    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class FlagRequest:
    """Asks a clinician to look. `reason` is a sentence for clinicians, `code` the stable name behind it."""

    level: int
    category: str
    reason: str
    code: str = "risk"
    phone: bool = False
    """The patient cannot be reached by text: a person must ring."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state, what to say (in order), whom to ask, and whether Rasa may answer."""

    state: ProtocolState
    lines: tuple[Line, ...] = field(default=())
    flag: FlagRequest | None = None
    page: bool = False
    """Wake a clinician now; when one is being tried already, try the next on the ladder too."""
    pass_on: bool = False
