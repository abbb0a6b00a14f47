"""Every module, every branch, and at every step a question, a change of channel, skip, pause, repeat and stop. Without Rasa.

The ways are found by walking: from each entry every kind of answer is given that the step can tell apart, until nothing new is met.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.actions.asked import Asked
from bot.actions.content import Content
from bot.actions.form import take_answer
from bot.actions.questions import answer_question
from bot.actions.replies import ask_for_person
from bot.actions.steps import understood_by_step
from programme import Fact, Place, Programme, Reply, Turn, answer, command, open_module, resume
from programme.conditions import branches_of
from programme.content import Actions, Branch, Module, Step, When
from programme.lint import PLACEHOLDERS
from programme.phone import as_sms
from programme.run import PASSING, Run

MODULES = ("M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11", "M12", "X1")
# What the record may know when a module is opened. Each set makes other branches possible in the modules that it names.
KNOWN: tuple[tuple[frozenset[str], dict[str, Fact]], ...] = (
    (frozenset(MODULES), {}),
    (
        frozenset({"M4", "M10", "M11"}),
        {"hours_since_dose": 340, "baseline_mood": 8, "last_gad2": 6, "last_who5": 100, "human_can_act": "no"},
    ),
    (
        frozenset({"M2", "M11", "M12"}),
        {"hours_since_dose": 670, "hours_to_dose": 60, "helped_before": "the dog", "safest_with": "my sister"},
    ),
    (frozenset({"M5"}), {"local_hour": 23}),
    (frozenset({"M5", "M6", "X1"}), {"local_hour": 2, "hours_since_dose": 20}),
    (frozenset({"M2", "M8", "M12"}), {"breathing": "yes", "small_step": "a walk", "habit": "a walk on Sunday"}),
)
MOST_TURNS = 150
LONGEST_TEXT = 300


@dataclass
class Ways:
    """What the walk has met: every place once, every turn, and the branches that were followed."""

    places: dict[str, Place] = field(default_factory=dict)
    turns: list[tuple[str, Turn]] = field(default_factory=list)
    followed: set[int] = field(default_factory=set)


def replies(programme: Programme, step: Step) -> Iterator[Reply]:
    """One of each kind that the step or one of its branches can tell apart."""
    if step.answer == "yes_no":
        yield from (Reply("yes", "yes"), Reply("no", "no"))
    if step.standard:
        yield from (Reply(str(number)) for number in ((0, 3) if step.highest == 3 else (0, 2, 5)))
        return
    if step.answer == "scale":
        yield from (Reply(str(number)) for number in (0, 2, 3, 5, 6, 7, 8, 10))
    for choice in step.choices:
        yield Reply(choice.label, choice.value)
    yield Reply("the light on the water, hard to put it otherwise")
    for branch in branches_of(programme, step):
        if branch.risk:
            yield from map(Reply, branch.risk.cases[:2])
        yield from map(Reply, _phrases(programme, branch.when))


def _phrases(programme: Programme, when: When) -> list[str]:
    named = [programme.shared.lists[name][0] for name in (*when.speaks_of, *when.is_just)]
    return [*named, *when.says[:1]]


@pytest.fixture(scope="module")
def ways(content: Content) -> Ways:
    """Walked once for all the promises below."""
    found, follow = Ways(), Run.follow

    def noted(run: Run, actions: Actions, step: Step, step_id: str, owner: Module) -> None:
        found.followed.add(id(actions))
        follow(run, actions, step, step_id, owner)

    Run.follow = noted  # type: ignore[method-assign]  # to see which branches were taken
    try:
        for module in content.programme.patient_modules:
            for step in (None, *(step.id for step in module.steps if step.entry)):
                for facts in (facts for modules, facts in KNOWN if module.id in modules):
                    _walk(content.programme, open_module(content.programme, module.id, facts, step), found, facts)
    finally:
        Run.follow = follow  # type: ignore[method-assign]
    return found


def _walk(programme: Programme, turn: Turn, found: Ways, known: Mapping[str, Fact]) -> None:
    """What is true of each message is said anew with each; a place does not keep it."""
    message = {name: value for name, value in known.items() if name in PASSING}
    waiting, seen = [turn], set()
    while waiting:
        place = waiting.pop().place
        key = _key(programme, place)
        if place is None or key in seen:
            continue
        seen.add(key)
        found.places.setdefault(f"{place.module}.{place.step}", place)
        for after in _onward(programme, place, message):
            found.turns.append((f"{place.module}.{place.step}", after))
            waiting.append(after)


def _onward(programme: Programme, place: Place, message: Mapping[str, Fact]) -> Iterator[Turn]:
    step = programme.step(place)
    for reply in replies(programme, step):
        yield answer(programme, place, reply, message)
    yield command(programme, place, "skip", message)
    asked = Place(place.module, place.step, {**place.facts, "_asked": 1})  # the second time nothing is clear
    yield answer(programme, asked, Reply("hm, well, you know"), message)


def _key(programme: Programme, place: Place | None) -> object:
    """Where a walk stands, apart from what was said: the engine's bookmarks and the numbers that later branches look at."""
    if place is None:
        return None
    marks = {name: value for name, value in place.facts.items() if name.startswith("_") or name in TELLING}
    scale = (programme.step(place).save or "").partition("_")[0] if programme.step(place).standard else "-"
    items = {value for name, value in place.facts.items() if name.startswith(f"{scale}_")}
    return place.module, place.step, json.dumps([sorted(marks.items()), sorted(map(str, items))])


TELLING = frozenset({"upset_before", "tense_before"})


def test_every_question_of_every_module_can_be_reached(content: Content, ways: Ways) -> None:
    for module in content.programme.patient_modules:
        asked = {f"{module.id}.{step.id}" for step in module.steps if step.answer != "none"}
        assert asked <= set(ways.places), sorted(asked - set(ways.places))
    scripts = {place.split(".", 1)[1] for place in ways.places if place.count(".") == 2}
    assert {"G1.S7", "G2.S3", "G3.S6", "CALM.S2", "CLARIFY.S1", "PERSON.S1"} <= scripts


def test_every_branch_of_every_module_is_taken_by_some_answer(content: Content, ways: Ways) -> None:
    """Risk branches lead out of the module: the lint tries each of their cases."""
    left = [
        f"{module.id}.{step.id}: {branch.when}"
        for module in content.programme.patient_modules
        for step in module.steps
        for branch in step.branches
        if not branch.risk and id(branch) not in ways.followed and branch != Branch()
    ]
    assert left == []


def test_every_turn_says_something_asks_one_thing_and_leaves_no_gap(content: Content, ways: Ways) -> None:
    for at, turn in ways.turns:
        assert turn.lines or turn.place is None, at
        assert all(not line.choices for line in turn.lines[:-1]), f"{at} asks two things at once"
        for line in turn.lines:
            assert not re.search(r"<\w+>", line.text), (at, line.text)
            assert set(re.findall(r"\{(\w+)\}", line.text)) <= set(PLACEHOLDERS), (at, line.text)
        if turn.place is not None:
            content.programme.step(turn.place)  # raises where it does not exist
            json.dumps(turn.place.to_dict())


def test_skip_pause_repeat_and_stop_work_at_every_step(content: Content, ways: Ways) -> None:
    for at, place in ways.places.items():
        programme, step = content.programme, content.programme.step(place)
        again = command(programme, place, "repeat")
        assert again.place == place, at
        assert again.lines[-1].key == at
        paused = command(programme, place, "pause")
        assert paused.place == place, at
        assert [effect.type for effect in paused.effects][-1] == "module_paused"
        stopped = command(programme, place, "stop")
        assert stopped.place is None, at
        assert "module_stopped" in [effect.type for effect in stopped.effects]
        skipped = command(programme, place, "skip")
        assert skipped.place is None or skipped.place.step != place.step, at
        told = [effect for effect in skipped.effects if effect.type == "notify"]
        assert told or not step.safety, f"{at} is a safety question, and skipping it tells nobody"


def test_a_question_in_the_middle_of_any_step_is_answered_and_the_step_comes_back(content: Content, ways: Ways) -> None:
    for at, place in ways.places.items():
        asked = Asked(text="wait can I drive tomorrow", intent="faq_f36", confidence=0.95, place=place)
        turn = understood_by_step(content, asked) or answer_question(content, asked)
        assert turn.lines[0].key == "faq.F36", at
        assert turn.lines[-1].key == at
        assert turn.place == place, at
        person = ask_for_person(content, Asked(text="PERSON", intent="talk_to_person", place=place))
        assert person.place == place, at


@pytest.mark.parametrize(("here", "there"), [("web", "sms"), ("sms", "web")])
def test_every_step_can_be_left_and_gone_on_with_on_the_other_channel(content: Content, ways: Ways, here: str, there: str) -> None:
    for at, place in ways.places.items():
        kept = Place.from_dict(json.loads(json.dumps(command(content.programme, place, "pause", {"channel": here}).place.to_dict())))  # type: ignore[union-attr]
        begun = take_answer(content, Asked(text="START", intent="start", channel=there, paused=kept, offer=("M6",)))
        assert begun is not None, at
        assert begun.lines[-1].key == at
        assert begun.place == place, at
        if there == "sms":
            assert len(as_sms(begun.lines[-1])) <= LONGEST_TEXT or content.programme.step(place).standard, at
        reply = next(replies(content.programme, content.programme.step(place)))
        one, other = (answer(content.programme, place, reply, {"channel": channel}) for channel in (here, there))
        assert one.effects == other.effects, at
        assert one.place == other.place, at


acts = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["", "", "", "", "skip", "pause", "question", "channel"])), max_size=40)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(MODULES), st.sampled_from([facts for _, facts in KNOWN]), acts)
def test_whatever_is_answered_and_however_it_is_interrupted_every_module_comes_to_an_end(
    content: Content, module: str, facts: Mapping[str, Fact], drawn: list[tuple[int, str]]
) -> None:
    programme, message = content.programme, {"channel": "web"}
    turn, ended = open_module(programme, module, facts), 0
    for number, act in [*drawn, *[(0, "")] * MOST_TURNS]:
        if turn.place is None:
            break
        turn = _next(content, turn.place, number, act, message)
        ended += sum(effect.type in ("module_finished", "module_stopped") for effect in turn.effects)
    assert turn.place is None
    assert 1 <= ended <= 2  # M4 and M7 may hand on to X1


def _next(content: Content, place: Place, number: int, act: str, message: dict[str, Any]) -> Turn:
    programme = content.programme
    if act == "skip":
        return command(programme, place, "skip", message)
    if act == "pause":
        paused = command(programme, place, "pause", message)
        assert paused.place is not None
        return resume(programme, paused.place, message)
    if act == "question":
        turn = answer_question(content, Asked(intent="faq_f36", place=place))
        return replace(turn, effects=())
    if act == "channel":
        message["channel"] = "sms" if message["channel"] == "web" else "web"
    options = list(replies(programme, programme.step(place)))
    return answer(programme, place, options[number % len(options)], message)
