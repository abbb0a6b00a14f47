"""What patients type on an ordinary day."""

MESSAGES = (
    "hi", "can i drive tomorrow", "is it normal to feel tired the day after", "how many sessions will i need",
    "thanks", "what is kap anyway", "does insurance cover this", "are you a real person", "can i drink wine tonight",
    "what are the side effects", "i feel a bit foggy today but it's ok", "how long does it last", "is ketamine addictive",
    "what should i eat before", "can i take my antidepressant", "who can see what i write here", "ok",
    "why do i need a ride home", "will it show up on a drug test", "i dreamed a lot last night",
)  # fmt: skip
