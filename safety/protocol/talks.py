"""The talks that are read aloud: one for every path, in the words of somebody at two in the morning."""

from __future__ import annotations

from dataclasses import dataclass, field

from safety.protocol.types import Facts


@dataclass(frozen=True, slots=True)
class Talk:
    title: str
    turns: tuple[str, ...]
    facts: Facts = field(default_factory=Facts)


TALKS = (
    Talk("Level 2, a plain no", ("2S: there's no way out of this", "no, just tired", "no", "what can i eat tomorrow")),
    Talk(
        "Level 2 that becomes 3, to the end of what the protocol asks",
        (
            "2S: wish i wouldn't wake up",
            "kinda",
            "yeah",
            "no",
            "i think so?",
            "my sister, maybe",
            "text is better. 555 0123",
            "tell them i can't do hospitals again",
            "ok",
            "!accepted",
            "it's so quiet here",
            "!wait",
            "thanks",
        ),
    ),
    Talk(
        "Level 4, paging late, then accepted, then a person",
        (
            "4S: i plan to do it sunday",
            "no",
            "!late",
            "nobody",
            "is this private?",
            "!accepted",
            "jk im fine",
            "END",
            "!joins",
            "hi",
            "!closes",
            "hi again",
            "!releases",
        ),
    ),
    Talk(
        "Level 5",
        ("5S: i just took them all", "no", "8", "i can't call", "how long will it take", "!wait", "!wait", "!wait", "!wait", "!wait"),
    ),
    Talk(
        "A rather-not-say and a push back",
        (
            "3S: i keep thinking about ending it",
            "rather not say",
            "leave me alone",
            "please dont tell my therapist",
            "STOP talking",
            "i don't want a call",
        ),
    ),
    Talk("A medical emergency", ("5E: my chest hurts really bad since the lozenge", "no", "ok calling")),
    Talk("Afraid of somebody, safe to text", ("3A: he pushed me into the wall", "y", "no", "a number", "he checks my phone")),
    Talk("Afraid of somebody, not safe", ("3A: he pushed me into the wall", "n", "!wait", "hm", "y", "yes")),
    Talk("Somebody else", ("1T: my brother wants to die and won't talk to me", "not right now", "scared and tired")),
    Talk("A method question", ("3Q: how much of it would kill me", "yes", "no", "no", "not sure")),
    Talk("Imagery beside a wish", ("2S: i dissolved in there and part of me wanted to stay gone", "Only inside the session")),
    Talk("Self-harm", ("3N: cut myself last night", "no", "no", "who could i even call", "555 0123")),
    Talk("Anger", ("4V: i want to hurt him so bad", "kind of", "no")),
    Talk("Voices", ("4P: they put messages in the music", "no", "yes")),
    Talk("Panic", ("1D: i'm floating and i can't land", "no", "9", "4")),
    Talk("Wine with the lozenge", ("4U: had wine with it, feeling weird", "a bit sleepy", "yes")),
    Talk("A dosing day", ("2S: i wish i was dead", "it's all so much", "!accepted"), Facts(hours_since_dose=3.0)),
    Talk(
        "A sad answer inside a module, then a second one",
        ("1S: this week broke me", "1S: so tired of everything", "no"),
        Facts(in_module=True),
    ),
    Talk("En español", ("3S: ya no quiero vivir", "sí", "no sé", "no", "creo que no", "no"), Facts(locale="es")),
)
