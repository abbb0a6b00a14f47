"""The patient's way on the web: greeting, a question, a whole module, a question in the middle, another day."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from launch.stack import Stack
from tests.e2e.phone import Phone
from tests.widget.pages import PatientPage, Talk

Arrives = Callable[..., PatientPage]


def walk_m4(talk: Talk) -> None:
    """The morning after, from its first question to the last but one."""
    talk.say("start")
    talk.expect_heard("How did you sleep?")
    talk.choose("so-so")
    talk.expect_heard("back to your normal self")
    talk.choose("yes")
    talk.expect_heard("body problems today")
    talk.choose("No")
    talk.expect_heard("What is your mood today")


def test_the_notice_comes_first_and_a_question_is_answered(house: Stack, patient: Arrives) -> None:
    talk = patient(house).talk
    talk.expect_heard("AI chatbot, not a person")
    talk.say("is it normal to feel tired the next day?")
    expect(talk.root.locator("#list .message.bot")).not_to_have_count(2)
    assert not any("couldn't work that out" in text for text in talk.texts())


def test_a_whole_module_with_a_question_in_the_middle(house: Stack, patient: Arrives) -> None:
    talk = patient(house).talk
    walk_m4(talk)
    talk.say("wait can i drive tomorrow?")
    talk.expect_heard("driv")
    expect(talk.heard("What is your mood today")).to_have_count(2)
    talk.say("like a 7")
    talk.expect_heard("Three words, pictures, sounds or feelings")
    talk.say("warm water, my grandmother's kitchen, a bell")
    talk.expect_heard("Saved. Please go easy today")


def test_skip_repeat_pause_and_stop_work_at_every_step(house: Stack, patient: Arrives) -> None:
    talk = patient(house).talk
    talk.say("start")
    talk.expect_heard("How did you sleep?")
    talk.say("repeat")
    expect(talk.heard("How did you sleep?")).to_have_count(2)
    talk.say("skip")
    talk.expect_heard("back to your normal self")
    talk.say("pause")
    talk.say("start")
    expect(talk.heard("back to your normal self")).to_have_count(2)
    talk.say("stop")
    talk.say("repeat")
    talk.expect_heard("no open question to repeat")


def test_journal_words_do_not_stop_the_programme(house: Stack, patient: Arrives) -> None:
    talk = patient(house).talk
    walk_m4(talk)
    talk.say("6")
    talk.expect_heard("Three words, pictures, sounds or feelings")
    talk.say("I wanted to stop everything and just sit under that tree")
    talk.expect_heard("Saved. Please go easy today")


def test_leaving_and_coming_back_goes_on_at_the_same_step_also_from_the_phone(
    house: Stack, patient: Arrives, new_page: Callable[[], Page]
) -> None:
    first = patient(house)
    walk_m4(first.talk)
    first.page.close()
    phone = Phone(new_page(), house.url, "Maya")
    phone.text("7")
    phone.expect_text("Three words, pictures, sounds or feelings")
    again = patient(house).talk
    again.expect_heard("Three words, pictures, sounds or feelings")
    again.say("a green field")
    again.expect_heard("Saved. Please go easy today")


def test_a_restarted_gateway_goes_on_at_the_same_step(house: Stack, patient: Arrives) -> None:
    talk = patient(house).talk
    walk_m4(talk)
    house.kill("gateway")
    house.wait("gateway", 60)
    talk.say("8")
    talk.expect_heard("Three words, pictures, sounds or feelings", timeout=30_000)


def test_rasa_killed_in_the_middle_of_an_answer_is_never_silence(house: Stack, stack: Stack, patient: Arrives) -> None:
    talk = patient(house).talk
    talk.expect_heard("AI chatbot, not a person")
    before = len(talk.texts())
    talk.say("what is kap")
    stack.kill("rasa")
    expect(talk.root.locator("#list .bubble").nth(before + 1)).to_be_visible(timeout=30_000)
    stack.wait("rasa", 120)
    talk.say("what are the side effects?")
    expect(talk.root.locator("#list .message.bot").last).to_contain_text("dizz", timeout=30_000, ignore_case=True)
