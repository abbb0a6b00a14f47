"""A screen that has lost its trained layer: every screen of the clinic says so."""

from dataclasses import replace

from tests.console.house import Browser, House


def loses_its_layer(house: House) -> None:
    console = next(route.app for route in house.app.routes if getattr(route, "path", "") == "/console")
    console.state.parts = replace(house.parts, half_deaf=lambda: True)


def test_a_screen_that_hears_less_is_said_to_everybody_on_every_page(house: House, dana: Browser) -> None:
    for path in ("/console/", "/console/numbers"):
        assert "hears less than it should" not in dana.get(path).text
    loses_its_layer(house)
    for path in ("/console/", "/console/numbers"):
        assert "The safety screen hears less than it should." in dana.get(path).text


def test_who_is_not_logged_in_is_told_nothing(house: House) -> None:
    loses_its_layer(house)
    assert "hears less" not in house.browser().get("/console/login").text
