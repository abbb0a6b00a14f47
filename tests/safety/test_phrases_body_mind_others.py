"""Emergencies said plainly are heard however they are typed; ordinary talk of body, mind and others is left alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safety import Assessment, Clinical, assess
from safety.lint import phrase_problems

FILES = ("medical", "misuse", "psychosis", "panic", "others", "child", "third_party")

EMERGENCIES = {
    "E": """
        I can't breathe
        I can't catch my breath
        I'm having trouble breathing
        it's really hard to breathe right now
        I'm struggling to breathe
        my throat is closing up
        I have chest pain
        my chest hurts really bad
        I have a terrible pain in my chest
        there's a crushing pressure on my chest and my left arm is numb
        I think I'm having a heart attack
        my heart is racing and it won't slow down
        I fainted after my dose
        I passed out in the bathroom this morning
        I just collapsed in the kitchen
        he won't wake up
        I can't wake my wife up
        she's unresponsive
        she is not breathing
        my husband stopped breathing
        his lips are turning blue
        I think he just had a seizure
        she's having a seizure
        he's convulsing
        this is the worst headache of my life
        one side of my face is numb
        my face is drooping
        my left arm is weak and I can't lift it
        my speech is slurred
        I can't stop throwing up
        I can't keep any water down
        I'm throwing up blood
        there's blood in my urine and it hurts
        I'm peeing blood
        my blood pressure is 192/124
        bp is 188 over 122 and I feel dizzy
        my tongue is swelling up
        my lips are swollen and I have hives all over
        I need an ambulance
        should I call 911
        my toddler swallowed one of my lozenges
        the bleeding won't stop
    """,
    "U": """
        I think I overdosed
        I took the whole box of lozenges
        I took all of my lozenges
        I took five lozenges at once
        I took my lozenge with a bottle of wine
        I took xanax and then my lozenge
        I took oxycodone with my ketamine
        I had three beers and then took my dose
        I took two lozenges instead of one
        I've been saving up my lozenges
    """,
    "P": """
        the voices are telling me to kill myself
        voices keep telling me to hurt someone
        the voice tells me to jump
        the voices say I should cut myself
        God told me to kill my brother
        the voices want me to do it
    """,
    "V": """
        I'm going to kill him tonight
        I'm going to kill my wife
        I want to kill my boss
        I want to hurt my husband so badly
        I'm going to stab my roommate
        if he comes back I'll shoot him
        I bought a gun because of my ex
        I'm outside his house with a knife
        I just stabbed him
        I'm going to shoot up the school
    """,
    "A": """
        he has a gun
        she has a knife and she's coming at me
        he's hitting me right now
        he is choking me
        he pointed a gun at me
        he's going to kill me
        I'm hiding from him in the closet
        he's trying to break down the door
        my boyfriend strangled me last night
        my husband threatened to kill me
        I'm scared to go home tonight
        he won't let me leave the house
        I was raped last night
    """,
    "AC": """
        I'm afraid I'm going to hurt my baby
        I want to shake the baby
        I hit my son so hard last night
        my boyfriend is hitting my daughter
        my uncle is molesting my niece
        my husband beats our kids
        the kids are home alone with nobody
        someone is stealing my grandmother's money
        I shook the baby
    """,
    "T": """
        my brother just took a whole bottle of pills
        my friend sent me a goodbye text and isn't answering
        my son has a gun and says he wants to die
        my wife is trying to kill herself right now
        my sister cut her wrists
        he says he's going to kill himself tonight
    """,
}

ORDINARY = """
    My chest felt tight during the session but it passed last week
    nausea is gone
    can ketamine cause chest pain?
    what should I do if I get chest pain at home?
    does the lozenge make it hard to breathe?
    is there a risk of seizures with this?
    my heart opened in there and I cried
    I couldn't feel my body in the session
    I was breathing with the whole ocean
    laughing so hard I couldn't breathe
    my allergies are so bad I can't breathe through my nose
    the stairs leave me out of breath, I need to exercise more
    this traffic is murder
    I could kill my boss lol
    I could kill for a coffee
    I'm going to kill it in that interview
    he's killing me with these puns
    my patient had a seizure on shift and I handled it
    I'm a nurse, we had two overdoses come in
    my dad died of a heart attack in 2012
    my grandpa had a stroke, years ago
    the movie had a guy who heard voices telling him to kill
    my toddler hit me with a giraffe
    my son fell off his bike and has bruises
    my daughter has a cold and won't sleep
    my kid threw a fit in the store
    I yelled at the kids about shoes and said sorry
    it hit me that I never asked him why
    my husband hit the ball over the fence
    my trainer pushed me really hard today
    my boss won't let me leave early
    the clinic said I'm not allowed to drive that day
    my wife drove me home after the session
    can I have a glass of wine the day after?
    I had a beer with dinner on Saturday
    do I stop my xanax before the session?
    I took my blood pressure pill and two Tylenol
    bp was 122/78 this morning
    I keep the lozenges in the lockbox
    picked up my lozenges from the pharmacy
    I slept three hours, the baby was up
    everyone at work is watching the game
    the song spoke to me
    I got chosen for the jury
    I felt like God in the session and then I laughed
    had a little panic on the bus, it passed
    I'm going crazy with this paperwork
    my friend sent me a goodbye card, she's moving to Ohio
    my roommate says she's dying of boredom
    my brother died of an overdose ten years ago and I miss him
    I punched the pillow like you said
    my ex and I had a calm talk about the kids
    I'm scared for my mom, her surgery is Monday
    I was afraid of him when I was a kid
    I left the kids with my mom
    I passed out on the couch at nine
    headache yesterday, took ibuprofen, gone now
    no chest pain, no trouble breathing, no fainting
""".strip().splitlines()

SMS = {"you": "u", "are": "r", "right now": "rn", "tonight": "2nite", "and": "n", "with": "w", "because": "bc", "going to": "gonna"}


def messages() -> list[tuple[str, str]]:
    return [(category, line.strip()) for category, block in EMERGENCIES.items() for line in block.strip().splitlines()]


def bare(text: str) -> str:
    """As typed in a hurry: lower case, no punctuation."""
    return re.sub(r"[^\w\s/]", "", text.lower())


def shorthand(text: str) -> str:
    for words, short in SMS.items():
        text = re.sub(rf"\b{words}\b", short, text)
    return bare(text)


def slips(text: str) -> Iterator[str]:
    """A letter lost, two swapped, one doubled, each in the longest word."""
    word = max(re.findall(r"[a-z]+", text), key=len)
    middle = len(word) // 2
    for typed in (
        word[:middle] + word[middle + 1 :],
        word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :],
        word[:middle] + word[middle] + word[middle:],
    ):
        yield text.replace(word, typed, 1)


def heard(text: str, clinical: Clinical) -> Assessment:
    """The phrase layer alone: what it hears must not depend on the trained layer."""
    return assess(text, clinical=clinical, layers=())


@pytest.mark.parametrize(("category", "text"), messages())
def test_a_plain_emergency_is_graded_four_or_five(category: str, text: str, clinical: Clinical) -> None:
    found = heard(text, clinical)
    assert found.level >= 4, found.findings
    assert category in {f.category for f in found.counted}


@pytest.mark.parametrize("typed", [bare, shorthand], ids=["bare", "shorthand"])
def test_emergencies_are_heard_without_capitals_punctuation_or_whole_words(typed: Callable[[str], str], clinical: Clinical) -> None:
    missed = [typed(text) for _, text in messages() if heard(typed(text), clinical).level < 4]
    assert len(missed) <= 0.03 * len(messages()), missed


def test_emergencies_are_heard_with_a_slip_of_the_finger(clinical: Clinical) -> None:
    typed = [slip for _, text in messages() for slip in slips(bare(text))]
    missed = [text for text in typed if heard(text, clinical).level < 2]
    assert len(missed) <= 0.03 * len(typed), "\n".join(missed)


def test_an_emergency_in_the_middle_of_a_journal_entry_is_heard(clinical: Clinical) -> None:
    before = "Slept well and walked the dog. The session felt gentle and I made soup. "
    after = " My sister is coming on Friday and we will bake. I liked the breathing exercise."
    missed = [text for _, text in messages() if heard(f"{before}{text}.{after}", clinical).level < 4]
    assert not missed


@pytest.mark.parametrize("text", [line.strip() for line in ORDINARY])
def test_ordinary_talk_is_left_alone(text: str, clinical: Clinical) -> None:
    found = heard(text, clinical)
    assert found.level < 2, [(f.phrase_id, f.text) for f in found.counted]


def test_every_phrase_of_body_mind_and_others_hears_its_examples_and_leaves_its_near_misses(clinical: Clinical) -> None:
    ours = [p for p in clinical.phrases.phrases.values() if Path(p.file).stem in FILES]
    assert {Path(p.file).stem for p in ours} == set(FILES)
    assert [str(problem) for phrase in ours for problem in phrase_problems(phrase, clinical)] == []


def test_nothing_is_called_reviewed_before_a_clinician_has_read_it(clinical: Clinical) -> None:
    assert {p.reviewed_by for p in clinical.phrases.phrases.values()} == {"needs review"}
