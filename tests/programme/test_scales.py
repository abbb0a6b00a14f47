"""PHQ, GAD and WHO-5: the published words, the published sums, and item 9."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programme import Place, Programme, Reply, answer, open_module, risk_of_answer
from tests.programme.patient import Patient

PHQ = (
    "Little interest or pleasure in doing things",
    "Feeling down, depressed, or hopeless",
    "Trouble falling or staying asleep, or sleeping too much",
    "Feeling tired or having little energy",
    "Poor appetite or overeating",
    "Feeling bad about yourself - or that you are a failure or have let yourself or your family down",
    "Trouble concentrating on things, such as reading the newspaper or watching television",
    "Moving or speaking so slowly that other people could have noticed? Or the opposite - being so fidgety or restless that you "
    "have been moving around a lot more than usual",
    "Thoughts that you would be better off dead or of hurting yourself in some way",
)
GAD = (
    "Feeling nervous, anxious or on edge",
    "Not being able to stop or control worrying",
    "Worrying too much about different things",
    "Trouble relaxing",
    "Being so restless that it is hard to sit still",
    "Becoming easily annoyed or irritable",
    "Feeling afraid as if something awful might happen",
)
WHO = (
    "I have felt cheerful and in good spirits.",
    "I have felt calm and relaxed.",
    "I have felt active and vigorous.",
    "I woke up feeling fresh and rested.",
    "My daily life has been filled with things that interest me.",
)
OFTEN = {0: "Not at all", 1: "Several days", 2: "More than half the days", 3: "Nearly every day"}
TIME = {
    0: "At no time", 1: "Some of the time", 2: "Less than half of the time", 3: "More than half of the time", 4: "Most of the time",
    5: "All of the time",
}  # fmt: skip
STEM = "Over the last 2 weeks, how often have you been bothered by: "


@pytest.mark.parametrize(("letter", "items"), [("P", PHQ), ("W", GAD)])
def test_phq_and_gad_have_their_published_words_and_labels(programme: Programme, letter: str, items: tuple[str, ...]) -> None:
    module = programme.module("M11")
    for number, item in enumerate(items, start=1):
        step = module.step(f"{letter}{number}")
        assert step is not None
        assert step.text.rstrip("?") == f"{STEM}{item}".rstrip("?")
        assert step.labels == OFTEN
        assert (step.lowest, step.highest, step.standard) == (0, 3, True)
        assert item.rstrip("?") in step.for_reader("sms", "en")


def test_who5_has_its_published_words_and_labels(programme: Programme) -> None:
    for number, item in enumerate(WHO, start=1):
        step = programme.module("M11").step(f"B{number}")
        assert step is not None
        assert (step.text, step.labels, step.highest) == (f"Over the last two weeks: {item}", TIME, 5)


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
    st.lists(st.integers(0, 3), min_size=7, max_size=7),
    st.lists(st.integers(0, 5), min_size=5, max_size=5),
)
def test_every_sum_is_the_sum_of_its_items(programme: Programme, phq: list[int], gad: list[int], who: list[int]) -> None:
    walk = Patient(programme).opens("M11", hours_since_dose=14 * 24)
    walk.says(*map(str, phq[:2]))
    if sum(phq[:2]) >= 3:
        walk.says("yes", *map(str, phq[2:]), "0")
    walk.says(*map(str, gad[:2]))
    if sum(gad[:2]) >= 3:
        walk.says("yes", *map(str, gad[2:]))
    walk.says("I had no step", "a walk by the river", *map(str, who))
    scores = {effect["name"]: effect["value"] for effect in walk.did("score")}
    wanted = {"phq2": sum(phq[:2]), "gad2": sum(gad[:2]), "who5": 4 * sum(who)}
    wanted |= {"phq9": sum(phq)} if sum(phq[:2]) >= 3 else {}
    wanted |= {"gad7": sum(gad)} if sum(gad[:2]) >= 3 else {}
    assert scores == wanted
    assert bool(walk.told("score")) == (sum(phq[:2]) >= 3 or sum(gad[:2]) >= 3 or 4 * sum(who) < 50)


@pytest.mark.parametrize(
    ("said", "level"), [("0", None), ("not at all", None), ("1", 2), ("several days", 2), ("2", 3), ("nearly every day", 3)]
)
def test_item_nine_of_one_or_more_opens_the_protocol_and_still_counts(programme: Programme, said: str, level: int | None) -> None:
    place = Place("M11", "P9", {f"phq_{number}": 2 for number in range(1, 9)})
    risk = risk_of_answer(programme, place, said)
    assert (risk.level if risk else None) == level
    turn = answer(programme, place, Reply(said))
    scores = [effect.data["value"] for effect in turn.effects if effect.type == "score"]
    assert scores == [16 + {None: 0, 2: 1, 3: 3 if "nearly" in said else 2}[level]]
    if level:
        assert all("score" not in line.text.lower() for line in turn.lines)
        assert turn.place is not None
        assert turn.place.step == "W1"  # saved behind the risky question


def test_a_skipped_item_leaves_no_score_rather_than_a_wrong_one(programme: Programme) -> None:
    walk = Patient(programme).opens("M11", hours_since_dose=14 * 24)
    walk.says("3").types("skip")
    assert walk.did("score") == []


def test_the_numbers_on_a_phone_are_the_numbers_that_count(programme: Programme) -> None:
    from programme.phone import as_sms

    first = open_module(programme, "M11", {"channel": "sms"}).lines[-1]
    assert as_sms(first).endswith("0 Not at all\n1 Several days\n2 More than half the days\n3 Nearly every day")


def test_the_longer_scale_is_offered_only_while_somebody_can_act_on_item_nine(programme: Programme) -> None:
    """What counts is the moment of the question, not when the numbers were begun."""
    nobody = Patient(programme).opens("M11")
    nobody.message["human_can_act"] = "no"
    assert nobody.says("3", "3").at != "M11.P2o"
    assert "nobody could act" in nobody.told("score")[0]["reason"]
    somebody = Patient(programme).opens("M11", human_can_act="no")
    somebody.message["human_can_act"] = "yes"
    assert somebody.says("3", "3").at == "M11.P2o"
