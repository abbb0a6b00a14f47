"""The patient's way by text, on the simulated phone."""

from collections.abc import Callable

from playwright.sync_api import Page

from launch.stack import Stack
from tests.e2e.phone import Phone


def test_help_stop_and_start(house: Stack, new_page: Callable[[], Page]) -> None:
    phone = Phone(new_page(), house.url, "Jonas")
    phone.text("HELP")
    phone.expect_text("988")
    phone.text("STOP")
    phone.expect_text("won't get more texts")
    phone.text("START")
    phone.expect_text("set to get texts")


def test_a_module_by_text(house: Stack, new_page: Callable[[], Page]) -> None:
    phone = Phone(new_page(), house.url, "Maya")
    phone.text("start")
    phone.expect_text("How did you sleep?")
    phone.expect_text("1 well")
    phone.text("2")
    phone.expect_text("back to your normal self")
