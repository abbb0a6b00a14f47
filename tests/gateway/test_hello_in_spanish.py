"""Who reads Spanish and has never heard from us: the first hello is Spanish, and the set-up, without which nothing else begins, comes."""

from pathlib import Path

from store.prompts import Prompt
from tests.gateway.clockwork import clockwork


def test_the_clock_says_hello_and_sets_up_in_spanish(tmp_path: Path) -> None:
    with clockwork(tmp_path, consent=False, language="es") as lucia:
        lucia.run(hours=30)
        said = sorted(lucia.said(), key=lambda message: message.seq)
        assert [one.script for one in said[:2]] == ["greeting_sms", "M1.S1"]
        assert said[0].text.startswith("Hola")
        assert "¿Quieres ver cómo funciona?" in said[1].text
        assert {prompt.module for prompt in lucia.rows(Prompt)} == {"M1"}
