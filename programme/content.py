"""The shape of a module file. pydantic checks it; loading.py turns its complaints into a clinician's language."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from programme.contact import Contact, Span

AnswerType = Literal["yes_no", "scale", "choice", "choices", "free_text", "ready", "none"]
Urgency = Literal["page", "same_day", "next_day"]
Category = Literal["S", "N", "V", "A", "AC", "P", "E", "U", "D", "T", "H", "Q"]
END = "end"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, (str, int, dict)) else value


def _as_words(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _as_when(value: Any) -> Any:
    """`when: "no"` and `when: [spacey, queasy]` are short for `when: {answer: [...]}`."""
    return value if isinstance(value, dict) else {"answer": _as_list(value)}


def _as_grounding(value: Any) -> Any:
    return {"script": value} if isinstance(value, str) else value


type Strings = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Words(_Part):
    """One message in its variants. `sms` stands in on the phone, `es` in Spanish; missing ones fall back to `text`."""

    text: str = ""
    sms: str | None = None
    es: str | None = None
    es_sms: str | None = None

    def for_reader(self, channel: str, locale: str) -> str:
        if locale.startswith("es") and self.es:
            return self.es_sms if channel == "sms" and self.es_sms else self.es
        return self.sms if channel == "sms" and self.sms else self.text


type Say = Annotated[Words, BeforeValidator(_as_words)]
type Says = Annotated[tuple[Say, ...], BeforeValidator(_as_list)]


class FactIs(_Part):
    """What an earlier answer must be; with `fell_by`, how far it lies below another one."""

    is_: Strings = Field((), alias="is")
    at_least: int | None = None
    at_most: int | None = None
    fell_by: int | None = None
    since: str | None = None
    known: bool | None = None


def _as_fact(value: Any) -> Any:
    return value if isinstance(value, dict) else {"is": [str(part) for part in _as_list(value)]}


class When(_Part):
    """A condition on the answer; everything that is written must hold.

    `says` and `speaks_of` find phrases anywhere in the words; `is_just` wants the whole answer to be one of them.
    """

    answer: Strings = ()
    at_least: int | None = None
    at_most: int | None = None
    fell_by: int | None = None
    rose_by: int | None = None
    since: str | None = None
    says: Strings = ()
    speaks_of: Strings = ()
    unless_says: Strings = ()
    is_just: Strings = ()
    facts: dict[str, Annotated[FactIs, BeforeValidator(_as_fact)]] = Field(default_factory=dict)


type Condition = Annotated[When, BeforeValidator(_as_when)]


class Notify(_Part):
    kind: str
    level: int = Field(1, ge=0, le=5)
    reason: str
    urgency: Urgency = "same_day"


class RiskSpec(_Part):
    """An answer that opens the crisis protocol. `cases` must open it, `never` must not: the lint tries both.

    `keep: false`: the words are no answer to the question (a wish to die is no intention). They stay in the message.
    """

    level: int = Field(ge=1, le=5)
    keep: bool = True
    category: Category
    reason: str
    cases: Strings
    never: Strings = ()


class Grounding(_Part):
    """`rerate: distress` asks the number again and treats 8+ as the distress rule says; plain only offers a person."""

    script: str
    light: bool = False
    rerate: Literal["distress", "plain", "no"] = "plain"


class Hop(_Part):
    module: str
    step: str


def _as_close(value: Any) -> Any:
    """`close: true` uses the gentle words of words.yml; `close: "..."` brings its own."""
    return {"text": value} if isinstance(value, str) else value


class Actions(_Part):
    """What happens then, in the order of these fields."""

    say: Says = ()
    risk: RiskSpec | None = None
    notify: Notify | None = None
    set: dict[str, str | int] = Field(default_factory=dict)
    total: dict[str, Strings] = Field(default_factory=dict)
    times: int = 1
    faq: str | None = None
    offer: str | None = None
    ground: Annotated[Grounding | None, BeforeValidator(_as_grounding)] = None
    call: str | None = None
    open: Hop | None = None
    close: Annotated[bool | Words, BeforeValidator(_as_close)] = False
    go: str | None = None


class Branch(Actions):
    when: Condition = Field(default_factory=When)


class Choosable(_Part):
    value: str
    label: str
    es: str | None = None
    also: Strings = ()


def _as_choice(value: Any) -> Any:
    return {"value": value, "label": value} if isinstance(value, str) else value


class Step(Words):
    id: str
    answer: AnswerType = "none"
    save: str | None = None
    worse: Literal["low", "high"] = "high"
    lowest: int = Field(0, alias="from")
    highest: int = Field(10, alias="to")
    labels: dict[int, str] = Field(default_factory=dict)
    choices: tuple[Annotated[Choosable, BeforeValidator(_as_choice)], ...] = ()
    means_yes: Strings = ()
    means_no: Strings = ()
    cautious: Strings = ()
    rule: str | None = None
    only_if: Condition | None = None
    branches: tuple[Branch, ...] = ()
    next: str | None = None
    on_skip: Actions | None = None
    unclear: Annotated[Words | None, BeforeValidator(_as_words)] = None
    safety: bool = False
    optional: bool = False
    light: bool = False
    asks: bool = False
    entry: bool = False
    standard: bool = False
    private: bool = False
    private_if: Condition | None = None


class Missed(_Part):
    """A module that must not pass by in silence: a clinician is told when it was not asked, or not answered, in time.

    `before_dose_hours`: told so long before the visit, when the question at `step` has no answer yet.
    """

    unasked_by_hours: float = 0
    unanswered_after_hours: float = 0
    before_dose_hours: float | None = None
    step: str | None = None
    reason: str
    level: int = Field(1, ge=1, le=3)
    urgency: Urgency = "same_day"
    if_wanted: bool = False


class FollowUp(_Part):
    """One question asked some days after the module was done, at a step marked `entry: true`.

    `after_plan_hours` counts from the day that the patient chose, where one was chosen. `before_dose_hours` counts from the next
    visit, and waits for nothing that was said before: not for the module's other questions, nor for the day's contact.
    """

    step: str
    after_hours: float = 0
    after_plan_hours: float | None = None
    before_dose_hours: tuple[float, float] | None = None
    within_hours: float = 96
    every_hours: float | None = None
    times: int = 1
    between: Span | None = None
    only_if: dict[str, Strings] = Field(default_factory=dict)
    unless_known: str | None = None


class Nudge(_Part):
    """One short line on the day that the patient chose. `on` and `at`: the saved answers with the day and the time of day."""

    step: str
    on: str
    at: str


class Offer(_Part):
    """When the module may be offered. Hours are counted from the end of the most recent dose, days by the patient's calendar."""

    from_hours: float | None = None
    to_hours: float | None = None
    before_dose_hours: tuple[float, float] | None = None
    needs: Strings = ()
    not_after_crisis_hours: float = 24
    every_hours: float | None = None
    priority: int = 5
    short_gap: bool = False
    on_request_only: bool = False
    least_hours_after_dose: float = 0
    without_consent: bool = False
    least_mood: int | None = None
    most_distress: int | None = None
    # What only the clock minds: a patient who types START may have it earlier, later and more often.
    due_hours: float | None = None
    day: int | None = None
    every_days: int | None = None
    times: int = 1
    again_after_hours: float = 48
    again_after_silence: bool = True
    between: Span | None = None
    joins: str | None = None
    remind: bool = True
    missed: Missed | None = None
    follow_up: FollowUp | None = None
    nudge: Nudge | None = None
    # When the patient asks for it, or a step or an answer has promised it.
    wished_from_hours: float | None = None
    wished_again_hours: float = 0
    recalls: dict[str, str] = Field(default_factory=dict)


class Module(_Part):
    id: str
    kind: Literal["module", "grounding", "routine"] = "module"
    name: str
    domain: str = ""
    purpose: str
    when: str = ""
    minutes: int = Field(3, ge=0, le=20)
    why: str = ""
    cautions: str = ""
    clinician_summary: str = ""
    sources: Strings
    needs_review: Literal[True]
    reviewed_by: str | None = None
    review_by: str
    offer: Offer = Offer()
    steps: tuple[Step, ...] = Field(min_length=1)
    closing: Says = ()
    private_if: Condition | None = None
    """Then the closing does not say that the team reads it."""

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    @property
    def in_spanish(self) -> bool:
        return all(step.es for step in self.steps if step.text and not step.entry)

    def after(self, step: Step) -> str:
        """Where the patient goes when no branch says otherwise."""
        if step.next:
            return step.next
        place = self.steps.index(step) + 1
        return self.steps[place].id if place < len(self.steps) else END


class Rule(_Part):
    """A reaction shared by every step that names it, so that 8 out of 10 means the same everywhere."""

    effect: str | None = None
    effect_when: Condition | None = None
    keeps: str | None = None
    branches: tuple[Branch, ...]


class Understanding(_Part):
    yes: Strings
    no: Strings
    declines: Strings = ()  # "I'd rather not": leaves a question out, or the exercise
    ready: Strings = ()  # "done": what TYPE DONE asks for
    nods: Strings = ()  # "ok", "fine": no yes to "Chest pain?"
    hedges: Strings = ()  # "kinda" is a yes alone; "kinda woozy" only where a yes is the alarming answer
    unsure: Strings
    same: Strings
    negations: Strings
    every: Strings = ()
    leads: Strings = ()
    asks: Strings = ()
    numbers: dict[str, int]
    ordinals: dict[str, int]


class EngineSays(_Part):
    reask: dict[str, Say]
    kept: Say
    lead_in: Say
    paused: Say
    stopped: Say
    skipped: Say
    gentle_close: Say
    offer: Say
    reminder: Say
    saved: Say
    read_by: Say
    yes: Say
    no: Say
    sms_choices: Say
    risk: dict[str, Say]


class Shared(_Part):
    """words.yml and rules.yml: what all modules have in common."""

    needs_review: Literal[True]
    says: EngineSays
    understand: Understanding
    lists: dict[str, Strings]
    rules: dict[str, Rule]
    contact: Contact = Contact()
    stops: dict[str, int] = Field(default_factory=dict)
    closed_after_crisis: Strings = ()
