"""Whatever order time, refusals, lost answers, deaths and people come in: nobody is called twice, and nobody is forgotten."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import SendFailed
from gateway.paging.alert import Alert, Unsure
from gateway.paging.calls import claim_calls
from gateway.paging.pager import LEASE
from store.attempts import CallChannel
from store.care import PageStatus
from store.paging import accept_pages
from tests.gateway.pager_house import PEOPLE, PagerHouse, open_pager

RUNGS = (0, 180, 360, 540)  # seconds at level 5: primary, backup, director, everybody
NAMES = tuple(PEOPLE)


@dataclass
class Fate:
    """A mail provider whose next answers are drawn: it takes, refuses for now or for good, or the line breaks."""

    clock: object
    repeatable: bool = False
    answers: list[str] = field(default_factory=list)
    handed_over: list[tuple[str, str]] = field(default_factory=list)
    taken: list[tuple[str, datetime]] = field(default_factory=list)

    async def send(self, alert: Alert) -> str:
        answer = self.answers.pop(0) if self.answers else "takes"
        self.handed_over.append((alert.key, answer))
        if answer in ("later", "never"):
            raise SendFailed(answer, retryable=answer == "later")
        if answer == "breaks":
            raise Unsure(answer)
        self.taken.append((alert.key, self.clock()))  # type: ignore[operator]
        return alert.key


answers = st.lists(st.sampled_from(["takes", "later", "never", "breaks"]), max_size=8)
acts = st.one_of(
    st.tuples(st.just("later"), st.sampled_from([1, 2, 8, 31, 60, 181, 400])),
    st.tuples(st.just("answers"), answers),
    st.tuples(st.just("dies"), st.just(None)),
    st.tuples(st.just("opens"), st.sampled_from(NAMES)),
    st.tuples(st.just("takes"), st.sampled_from(NAMES)),
    st.tuples(st.just("says"), st.sampled_from([3, 4, 5])),
)


def play(house: PagerHouse, fate: Fate, maya: str, what: str, how: object) -> None:
    if what == "later":
        house.beat(seconds=how)  # type: ignore[arg-type]
    elif what == "answers":
        fate.answers = list(how)  # type: ignore[call-overload]
    elif what == "dies":
        claim_calls(house.another_pager()._parts, house.pager._ways, LEASE)  # with these in its hands
    elif what == "opens":
        accept_pages(house.store, house.people[str(how)], house.act(str(how), maya).content, house.clock())
    elif what == "says":
        house.crisis(int(str(how)), conversation=maya)
    elif not any(flag.acknowledged_at for flag in flags(house, maya)):
        house.takes(str(how), maya)


def flags(house: PagerHouse, maya: str) -> Iterator[object]:
    from store.care import Flag

    yield from house.rows(Flag, Flag.conversation_id == maya)


def check(house: PagerHouse, fate: Fate, maya: str) -> None:
    for key, ends in Counter(key for key, end in fate.handed_over if end in ("takes", "breaks")).items():
        assert ends == 1, f"{key} was handed over again although it may have gone out"
    taken_back = len(house.heard(maya, "page_failed")) + len(house.heard(maya, "not_reached"))
    assert len(house.heard(maya, "page_accepted")) <= 1 + taken_back, "the same truth is not told twice"
    for page in house.pages():
        calls = house.attempts(page_id=page.id)
        if page.acknowledged_at:
            assert page.next_at is None
            late = [at for key, at in fate.taken if key.startswith(page.id) and at > page.acknowledged_at]
            assert not late, "somebody was woken although a person had it"
        elif page.next_at and page.level == 5:
            passed = sum(page.due_at + timedelta(seconds=rung) <= house.clock() for rung in RUNGS)
            assert page.step >= passed, "a rung was forgotten"
        if page.status == PageStatus.DUE and page.next_at and house.clock() - page.due_at >= timedelta(seconds=60):
            assert page.late_told, "the patient was not told within a minute"
        if page.status == PageStatus.ACCEPTED:
            assert any(call.accepted_at for call in calls) or page.next_at is None
    first = house.pages()[0]
    if not any(page.accepted_at for page in house.pages()):
        assert house.heard(maya, "page_accepted") == []
    if first.alarm_at:
        assert first.alarm_at >= first.due_at


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers, st.lists(acts, min_size=3, max_size=12))
def test_no_order_of_events_loses_or_doubles_a_call(first: list[str], events: list[tuple[str, object]]) -> None:
    with TemporaryDirectory() as folder:
        house = open_pager(Path(folder))
        fate = Fate(house.clock, answers=list(first))
        house.pager._ways = {CallChannel.EMAIL: fate}
        maya = house.crisis(5)
        house.beat()
        for what, how in events:
            play(house, fate, maya, what, how)
            if what == "later":
                check(house, fate, maya)
        fate.answers = []
        house.beat(seconds=LEASE.total_seconds() + 1)
        house.beat(minutes=12)
        check(house, fate, maya)
        assert fate.taken or any(page.acknowledged_at for page in house.pages()), "nobody was ever reached"
        house.store.close()
