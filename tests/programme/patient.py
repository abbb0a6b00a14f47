"""A patient who walks through a module with the real engine, and remembers what was said and done."""

from __future__ import annotations

from typing import Any, Self

from programme import Fact, Place, Programme, Reply, Risk, Turn, answer, command, open_module, resume, risk_of_answer


class Patient:
    def __init__(self, programme: Programme, channel: str = "web", locale: str = "en") -> None:
        self.programme = programme
        self.message: dict[str, Fact] = {"channel": channel, "locale": locale}
        self.turn = Turn()
        self.risk: Risk | None = None
        self.effects: list[dict[str, Any]] = []

    def opens(self, module: str, *, step: str | None = None, **facts: Fact) -> Self:
        return self._take(open_module(self.programme, module, {**self.message, **facts}, step))

    def says(self, *words: str) -> Self:
        for word in words:
            self.risk = risk_of_answer(self.programme, self.place, word)
            self._take(answer(self.programme, self.place, Reply(word), self.message))
        return self

    def presses(self, *values: str) -> Self:
        for value in values:
            self.risk = risk_of_answer(self.programme, self.place, "", value)
            self._take(answer(self.programme, self.place, Reply("", value), self.message))
        return self

    def types(self, word: Any) -> Self:
        return self._take(command(self.programme, self.place, word, self.message))

    def comes_back(self, channel: str = "web") -> Self:
        self.message["channel"] = channel
        place = Place.from_dict(self.place.to_dict())
        return self._take(resume(self.programme, place, self.message))

    def _take(self, turn: Turn) -> Self:
        self.turn = turn
        self.effects += [effect.to_dict() for effect in turn.effects]
        return self

    @property
    def place(self) -> Place:
        assert self.turn.place is not None, "no module is open"
        return self.turn.place

    @property
    def at(self) -> str | None:
        return f"{self.turn.place.module}.{self.turn.place.step}" if self.turn.place else None

    @property
    def heard(self) -> str:
        return "\n".join(line.text for line in self.turn.lines)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What clinicians were asked, over the whole walk."""
        return [effect for effect in self.effects if effect["type"] == "notify" and effect["kind"] == kind]

    def answers(self) -> dict[str, Any]:
        return {f"{e['module']}.{e['step']}": e["value"] for e in self.effects if e["type"] == "answer"}

    def did(self, kind: str) -> list[dict[str, Any]]:
        return [effect for effect in self.effects if effect["type"] == kind]
