"""One turn while it is being made: walks the steps, collects lines and effects, ends in a frozen Turn."""

from __future__ import annotations

import re
from collections.abc import Iterable

from programme.conditions import branches_of, holds
from programme.content import END, Actions, Module, Notify, Step, When, Words
from programme.library import Programme
from programme.paths import is_backward
from programme.turns import Choice, Effect, Fact, Facts, Line, Place, Turn
from programme.understanding import Meaning, Value

# True of this message only, never kept in a place.
PASSING = ("channel", "locale", "hours_since_dose", "hours_to_dose", "human_can_act", "local_hour")
PRIVATE = "private"
LONGEST_QUOTE = 100  # by text message; the web has all of it, and so has the record
SKIPPED = "skipped"
_OWN_WORDS = re.compile(r"<(\w+)>")
_NOTHING_ASKED = Meaning(None, "")


class Run:
    """Mutable inside one pure function call, never seen outside."""

    def __init__(self, programme: Programme, module_id: str, facts: Facts, given: Facts | None = None) -> None:
        self.programme = programme
        self.module: Module = programme.module(module_id)
        self.facts: dict[str, Fact] = {**facts, **(given or {})}
        self.lines: list[Line] = []
        self.effects: list[Effect] = []
        self.place: Place | None = None
        self.paused = False

    # --- speaking ---

    def words(self, words: Words) -> str:
        return self._filled(words.for_reader(str(self.facts.get("channel", "web")), str(self.facts.get("locale", "en"))))

    def _filled[F: Fact](self, text: F, whole: bool = False) -> F | str:
        """`<name>` is what the patient said under that name; a number is itself. `whole`: to be kept, not to be read on a phone."""
        if isinstance(text, int):
            return text
        longest = LONGEST_QUOTE if self.facts.get("channel") == "sms" and not whole else None
        return _OWN_WORDS.sub(lambda found: _harmless(self.facts.get(found[1], found[0]), longest), text)

    def say(self, words: Words, key: str, choices: tuple[Choice, ...] = ()) -> None:
        if text := self.words(words).strip():
            self.lines.append(Line(text, choices, key))

    def effect(self, kind: str, /, **data: object) -> None:
        self.effects.append(Effect(kind, data))

    def ask(self, step_id: str) -> None:
        """Put the question and stay there."""
        step = self.programme.step(Place(self.module.id, step_id))
        self.say(step, f"{self.module.id}.{step_id}", self.choices(step))
        self.stay(step_id)

    def choices(self, step: Step) -> tuple[Choice, ...]:
        says = self.programme.shared.says
        if step.answer == "yes_no":
            return ("yes", self.words(says.yes)), ("no", self.words(says.no))
        if step.answer == "scale":
            return tuple((str(n), step.labels.get(n, str(n))) for n in range(step.lowest, step.highest + 1))
        spanish = str(self.facts.get("locale", "en")).startswith("es")
        return tuple((option.value, (spanish and option.es) or option.label) for option in step.choices)

    # --- moving ---

    def stay(self, step_id: str) -> None:
        kept = {name: value for name, value in self.facts.items() if name not in PASSING}
        self.place = Place(self.module.id, step_id, kept)

    def follow(self, actions: Actions, step: Step, step_id: str, owner: Module) -> None:
        """Do what a branch of the step says; where it names no place, go on as the step would."""
        key = f"{self.module.id}.{step_id}"
        for words in actions.say:
            self.say(words, key)
        if actions.notify:
            self.notify(actions.notify, key)
        self.facts.update({name: self._filled(value, whole=True) for name, value in actions.set.items()})
        self.totals(actions, key)
        if actions.faq:
            self._answer_from_faq(actions.faq)
        if actions.offer:
            self.effect("offer_module", module=actions.offer)
            self.say(self.programme.shared.says.offer, key)
        self._move(actions, self._target(actions, step, owner))

    def _move(self, actions: Actions, onward: str) -> None:
        if actions.close:
            self.close_gently(actions.close if isinstance(actions.close, Words) else self.programme.shared.says.gentle_close)
        elif actions.open:
            self.finish(say_closing=False)
            self.start(actions.open.module, actions.open.step)
        elif actions.ground:
            self.facts["_rerate"] = actions.ground.rerate
            self.facts["_light"] = int(actions.ground.light)
            self._call(f"{actions.ground.script}.S1", onward)
        elif actions.call:
            self.facts["_light"] = 0
            self._call(actions.call, onward)
        else:
            self.enter(onward)

    def absolute(self, target: str, owner: Module) -> str:
        """Targets are written without the file's name; inside a script "S2" means the script's own S2."""
        return target if "." in target or target == END or owner.id == self.module.id else f"{owner.id}.{target}"

    def _call(self, target: str, back: str) -> None:
        self.facts["_back"] = f"{back}|{self.facts['_back']}" if self.facts.get("_back") else back
        self.enter(target)

    def enter(self, target: str) -> None:
        """Go on until something is asked. Steps that only say or check are passed through."""
        while target != END:
            owner, name = self.programme.locate(self.module.id, target)
            step = owner.step(name)
            assert step is not None, f"{target} was checked at loading"
            onward = self.absolute(owner.after(step), owner)
            if self._passed_over(step):
                target = onward
            elif step.answer != "none":
                return self.ask(target)
            else:
                return self._pass_through(step, target, owner)
        self._back_or_finish()

    def _passed_over(self, step: Step) -> bool:
        if self.facts.get("_light") and not step.light:
            return True
        return not self._true(step.only_if)

    def _pass_through(self, step: Step, target: str, owner: Module) -> None:
        self.say(step, f"{self.module.id}.{target}")
        for branch in branches_of(self.programme, step):
            if holds(self.programme, branch.when, _NOTHING_ASKED, self.facts):
                return self.follow(branch, step, target, owner)
        self.enter(self.absolute(owner.after(step), owner))

    def _back_or_finish(self) -> None:
        back, _, rest = str(self.facts.pop("_back", "")).partition("|")
        self.facts.pop("_light", None)
        if not back:
            return self.finish()
        if rest:
            self.facts["_back"] = rest
        self.enter(back)

    def _target(self, actions: Actions, step: Step, owner: Module) -> str:
        """A way back may be taken once; after that the patient goes on, so that nobody is asked in circles."""
        target, onward = actions.go or owner.after(step), owner.after(step)
        if is_backward(owner, step, target):
            name = f"_back_to_{owner.id}.{target}"
            target = onward if self.facts.get(name) else target
            self.facts[name] = 1
        return self.absolute(target, owner)

    # --- beginning and ending ---

    def start(self, module_id: str, step_id: str | None = None) -> None:
        self.module = self.programme.module(module_id)
        for passing, kept in (("hours_since_dose", "opened_hours"), ("hours_to_dose", "opened_before_dose")):
            hours = self.facts.get(passing)
            if isinstance(hours, (int, float)):  # the place keeps when it was opened, not how late it is now
                self.facts[kept] = int(hours)
        self.effect("module_opened", module=module_id)
        self.enter(step_id or self.module.steps[0].id)

    def finish(self, say_closing: bool = True) -> None:
        if say_closing:
            self._close()
        self._end("module_finished")

    def _close(self) -> None:
        """The closing ends with when a person reads along (PROGRAMME section 3, rule 8)."""
        *before, last = self.module.closing or (None,)
        for words in before:
            if words:
                self.say(words, f"{self.module.id}.closing")
        if last:
            private = self.module.private_if is not None and self._true(self.module.private_if)
            read_by = "" if private else self.words(self.programme.shared.says.read_by)
            self.lines.append(Line(f"{self.words(last).strip()} {read_by}".strip(), (), f"{self.module.id}.closing"))

    def close_gently(self, words: Words) -> None:
        self.say(words, f"{self.module.id}.gentle_close")
        self._end("module_stopped")

    def stop(self) -> None:
        self.say(self.programme.shared.says.stopped, f"{self.module.id}.stopped")
        self._end("module_stopped")

    def _end(self, kind: str) -> None:
        self.effect(kind, module=self.module.id)
        self.facts = {name: value for name, value in self.facts.items() if not name.startswith("_")}
        self.place = None

    # --- telling ---

    def notify(self, notify: Notify, key: str) -> None:
        module, _, step = key.partition(".")
        self.effect("notify", **notify.model_dump(), module=module, step=step)

    def record(self, step: Step, step_id: str, value: Value | None, text: str) -> None:
        """Keep the answer; `save` makes it a fact that later branches and sentences can use."""
        private = self._private(step) and value != SKIPPED
        stored = PRIVATE if private and value else list(value) if isinstance(value, tuple) else value
        kept = "" if private else text
        self.effect("answer", module=self.module.id, step=step_id, value=stored, text=kept, shared=not private)
        if step.save and value is not None and not private:
            self.facts[step.save] = ",".join(value) if isinstance(value, tuple) else value
        rule = self.programme.shared.rules.get(step.rule or "")
        if rule and rule.keeps and isinstance(value, int):
            self.facts[rule.keeps] = value
        if rule and rule.effect and isinstance(value, int) and self._true(rule.effect_when):
            self.effect(rule.effect, value=value, module=self.module.id, step=step_id)

    def _private(self, step: Step) -> bool:
        """What a patient keeps private is noted as done; the words stay out of the record of answers."""
        return step.private or (step.private_if is not None and self._true(step.private_if))

    def _true(self, when: When | None) -> bool:
        return when is None or holds(self.programme, when, _NOTHING_ASKED, self.facts)

    def totals(self, actions: Actions, key: str) -> None:
        for name, parts in actions.total.items():
            self._total(name, parts, actions.times, key)

    def _total(self, name: str, parts: Iterable[str], times: int, key: str) -> None:
        values = [self.facts.get(part) for part in parts]
        numbers = [value for value in values if isinstance(value, int)]
        if len(numbers) == len(values):  # a skipped item leaves no score rather than a wrong one
            self.facts[name] = sum(numbers) * times
            self.effect("score", name=name, value=self.facts[name], module=self.module.id)

    def _answer_from_faq(self, faq_id: str) -> None:
        channel, locale = str(self.facts.get("channel", "web")), str(self.facts.get("locale", "en"))
        self.lines.append(self.programme.faq.answer(faq_id, channel, locale))
        self.effect("faq", id=faq_id)

    def turn(self, understood: bool = True) -> Turn:
        self.effect("place", place=self.place.to_dict() if self.place else None)
        if self.paused:  # after the place, because being somewhere means being open
            self.effect("module_paused", module=self.module.id)
        return Turn(tuple(self.lines), self.place, tuple(self.effects), understood)


def _harmless(value: Fact, longest: int | None = None) -> str:
    """A patient's own words inside a sentence of ours must not act as a placeholder, nor fill a phone."""
    words = str(value).replace("{", "(").replace("}", ")").strip()
    return words if longest is None or len(words) <= longest else words[:longest].rsplit(" ", 1)[0] + " …"
