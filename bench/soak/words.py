"""What the simulated patients and clinicians say. The screen hears every crisis line as level 3 or higher."""

CRISES = (
    "i want to kill myself tonight", "I'm going to end my life", "i have the pills in my hand and i'm going to take them all",
    "i don't want to be alive anymore and i have a plan", "i am going to hang myself", "i want to die, i can't do this",
    "I took all my pills an hour ago", "i'm thinking about killing myself", "no one would care if I killed myself",
    "quiero matarme", "i wrote the note and i'm ready to end it", "i'm going to shoot myself",
)  # fmt: skip
PLAIN = (
    "can i drive tomorrow", "is it normal to feel tired", "thanks", "how many sessions will i need", "what should i eat before",
    "i feel a bit foggy today", "are you there",
)  # fmt: skip
ANSWERS = ("yes", "no", "i don't know", "please", "ok", "someone can", "i'd rather not say")
REPLIES = (
    "I'm here. Tell me where you are right now.", "I'm calling you in a minute.", "Is somebody with you?", "Thank you for telling me.",
)  # fmt: skip
