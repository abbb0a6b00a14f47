"""Whatever is said and whatever happens, in any order: the promises of the protocol hold."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from safety.assessment import CATEGORIES, Assessment
from safety.content import load_clinical
from safety.protocol import Facts, Outcome, Phase
from safety.protocol.content import protocol_of
from safety.protocol.lint_never import ALWAYS_TRUE, CLAIMS, NEVER
from tests.safety.protocol.visit import Visit

CLINICAL = load_clinical(Path(__file__).resolve().parents[3] / "clinical")
PROTOCOL = protocol_of(CLINICAL)
ANSWERS = [
    "yes", "no", "No.", "kinda", "no… well", "rather not say", "👍", "lol no", "sí", "no sé", "Y", "N", "8", "3/10", "nobody", "my sister", "HELP",
    "END", "YES", "START", "jk", "is this private?", "are you real", "don't call me", "leave me alone", "okay", "Only inside the session", "both",
    "in the session I dissolved", "I took them", "don't tell anyone", "", "🤫", "what is the dose", "¿eres real?", "A number", "chest", "sleepy",
]  # fmt: skip
METHOD_WORDS = ["pills", "gun", "rope", "bridge", "razor", "xyzzyblade"]
SILENT = (Phase.HUMAN_ACTIVE,)
LADDER = {name for name, step in PROTOCOL.steps.items() if step.ladder}


class Exploration(RuleBasedStateMachine):
    @initialize(
        hours=st.sampled_from([None, 2.0, 8.0, 150.0]), dip=st.booleans(), locale=st.sampled_from(["en", "es", "fr-FR"]),
        region=st.sampled_from(["US", "UK", "IE", "unknown", "Mars"]), module=st.booleans(), mood=st.booleans(),
    )  # fmt: skip
    def begin(self, hours: float | None, dip: bool, locale: str, region: str, module: bool, mood: bool) -> None:
        facts = Facts(
            hours_since_dose=hours, dip_window=dip, locale=locale, region=region, in_module=module, modifiers=("low_mood",) if mood else ()
        )
        self.visit = Visit(CLINICAL, facts)
        self.event = 0
        self.highest = 0
        self.accepted = False
        self.woken_for = 0
        self.ladder = 0
        self.blocks: set[str] = set()
        self.counts: dict[str, list[str]] = {}

    @rule(text=st.sampled_from(ANSWERS))
    def answers(self, text: str) -> None:
        self.check(self.visit.says(text), spoken=True)

    @rule(text=st.text(max_size=40), level=st.integers(0, 5), category=st.sampled_from(CATEGORIES))
    def says_anything(self, text: str, level: int, category: str) -> None:
        self.check(self.visit.hears(text, Assessment(level, category if level or category == "H" else "none")), spoken=True)

    @rule(word=st.sampled_from(METHOD_WORDS), level=st.integers(2, 5), category=st.sampled_from(["S", "N", "Q", "V"]))
    def names_a_method(self, word: str, level: int, category: str) -> None:
        self.check(self.visit.says(f"I think about the {word}", level, category), spoken=True)

    @rule(text=st.sampled_from(ANSWERS), level=st.integers(2, 4))
    def answers_with_risk(self, text: str, level: int) -> None:
        self.check(self.visit.says(text, level), spoken=True)

    @rule()
    def cannot_be_read(self) -> None:
        self.check(self.visit.hears("\x00", Assessment.unscreened_because("broken")), spoken=True)

    @rule(
        text=st.sampled_from(["this week broke me", "so tired", "8/10", "purple", "I tried years ago"]),
        kind=st.sampled_from(["S", "S", "none", "H"]),
    )
    def is_low(self, text: str, kind: str) -> None:
        """Level 1, and a story of a past attempt: what brings the question that may be refused, and then comes again."""
        self.check(self.visit.says(text, 0 if kind == "H" else 1, kind), spoken=True)

    @rule(text=st.sampled_from(["this week broke me", "so tired of it"]), answer=st.sampled_from(["rather not say", "purple", "no"]))
    def is_low_again_and_again(self, text: str, answer: str) -> None:
        for say, level in ((text, 1), (text, 1), (answer, 0), (text, 1)):
            self.check(self.visit.says(say, level), spoken=True)

    @rule()
    def is_afraid_and_silent(self) -> None:
        """Asked whether texting is safe, and then things happen: no line until a plain yes."""
        self.check(self.visit.says("he pushed me", 3, "A"), spoken=True)
        for what in ("accepted", "wait", "failed", "unreached"):
            self.accepted = self.accepted or what == "accepted"
            outcome = self.visit.happens(what)
            self.check(outcome)
            assert not (outcome.lines and self.visit.state.unsafe_to_text), "written first to a phone that somebody may read"

    @rule(what=st.sampled_from(["failed", "wait", "idle", "start", "unreached"]))
    def time_passes(self, what: str) -> None:
        self.check(self.visit.happens(what))

    @rule()
    def page_is_accepted(self) -> None:
        self.accepted = True
        self.check(self.visit.happens("accepted"))

    @rule()
    def human_joins(self) -> None:
        self.accepted = True
        self.check(self.visit.happens("joined"))

    @rule()
    def closes(self) -> None:
        if self.visit.phase is Phase.HUMAN_ACTIVE or self.visit.state.open:
            self.highest = 0
        self.check(self.visit.happens("closed"), by_person=True)

    @rule()
    def releases(self) -> None:
        before = self.visit.phase
        self.check(self.visit.happens("released"), by_person=True)
        if before is Phase.RETURN_PENDING:
            assert self.visit.phase is Phase.NORMAL

    @rule(opted_out=st.booleans())
    def stops(self, opted_out: bool) -> None:
        self.visit.with_facts(opted_out=opted_out, channel="sms" if opted_out else "web")
        self.check(self.visit.happens("stop"))

    @rule(hours=st.integers(1, 240))
    def days_go_by(self, hours: int) -> None:
        self.visit.now += timedelta(hours=hours)

    def check(self, outcome: Outcome, *, spoken: bool = False, by_person: bool = False) -> None:
        state, lines = outcome.state, outcome.lines
        self._event(outcome)
        if state.open and not by_person:
            assert state.level >= self.highest, "the level fell by machine"
        self.highest = max(self.highest, state.level) if state.open else 0
        if spoken:
            self._answered(outcome)
        self._words(outcome)
        if outcome.page or state.level >= 2 > self.before:
            assert outcome.flag is not None, "nobody is asked"
        self.before = state.level
        assert len(lines) <= int(PROTOCOL.limits["lines_per_turn"])
        if state.awaiting is None:
            assert all(line.choices == () for line in lines)

    before = 0

    def _event(self, outcome: Outcome) -> None:
        """Per event: wordings, and the questions of the ladder since something last changed."""
        if outcome.state.event != self.event:
            self.event, self.counts = outcome.state.event, {}
            self.accepted, self.woken_for = self.accepted and outcome.state.page == "accepted", 0
        if outcome.page and outcome.state.level > self.woken_for:
            self.accepted, self.woken_for = False, outcome.state.level  # who accepted less has not accepted this
        if outcome.state.page in ("requested", "failed", "none") and not self.visit.facts.page_accepted:
            self.accepted = False

    def _answered(self, outcome: Outcome) -> None:
        silent = outcome.state.phase in SILENT or (
            outcome.state.phase is Phase.CLOSED_OPTOUT and self.visit.facts.opted_out and self.visit.facts.channel == "sms"
        )
        if silent:
            assert not outcome.lines
            assert not outcome.pass_on
        else:
            assert outcome.lines or outcome.pass_on, "silence"
        if outcome.pass_on:
            assert outcome.state.phase in (Phase.NORMAL, Phase.SUPPORT)
            assert not outcome.state.open or outcome.state.settled_at is not None
            assert not outcome.lines

    def _words(self, outcome: Outcome) -> None:
        texts = [line.text for line in outcome.lines]
        said = "\n".join(texts)
        assert said.count("?") <= 1, "two questions in one turn"
        assert not any(re.search(rf"\b{word}\b", said.lower()) for word in METHOD_WORDS)
        assert not any(never.pattern.search(said) for never in NEVER)
        assert not re.search(r"\{\w+_line\}", said.replace("{crisis_line}", "")), "a hole where a number should be"
        accepted = self.accepted or self.visit.facts.page_accepted
        assert all(accepted or ALWAYS_TRUE.search(text) or not CLAIMS.search(text) for text in texts), "an alert that nobody took"
        assert len(texts) == len(set(texts))
        scripts = [line.script_id for line in outcome.lines]
        if scripts:
            blocks = {text for text, script in zip(texts, scripts, strict=True) if "crisis_contact" in PROTOCOL.scripts[script].gives}
            assert not blocks & self.blocks, "the same block twice in a row"
            self.blocks = blocks
        for line in outcome.lines:
            self._not_repeated(line.script_id, line.text)

    def _not_repeated(self, script_id: str, text: str) -> None:
        """No wording comes again while another is left: among N wordings the last one heard is not the next."""
        earlier = self.counts.setdefault(script_id, [])
        wordings = PROTOCOL.scripts[script_id].wordings
        lang = self.visit.facts.locale[:2] if self.visit.facts.locale[:2] in wordings else "en"
        plain = [one for one in wordings[lang] if "?" not in one or PROTOCOL.scripts[script_id].asks]
        usable = [one for one in plain if not re.search(r"\{(?!reach)\w+_line\}|\{dose_day\}", one)]
        if len(usable) > 1:
            assert text not in earlier[-len(usable) + 1 :], f"{script_id} repeats itself"
        earlier.append(text)

    @invariant()
    def the_ladder_has_at_most_four_rungs(self) -> None:
        assert len(self.visit.state.asked) <= int(PROTOCOL.limits["ladder_questions"])
        assert set(self.visit.state.asked) <= LADDER

    @invariant()
    def an_open_event_is_never_in_ordinary_talk(self) -> None:
        state = self.visit.state
        if state.open:
            assert state.phase is not Phase.NORMAL
            assert state.phase is not Phase.RETURN_PENDING
            assert state.phase is not Phase.SUPPORT or state.settled_at is not None

    @invariant()
    def whoever_is_asked_whether_texting_is_safe_is_not_written_to_first(self) -> None:
        state = self.visit.state
        assert state.awaiting != "safe_text" or state.unsafe_to_text

    @invariant()
    def level_three_and_more_have_woken_somebody(self) -> None:
        state = self.visit.state
        if state.level >= 4 and state.phase is not Phase.HUMAN_ACTIVE:
            assert state.page != "none"


Exploration.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
TestExploration = Exploration.TestCase
