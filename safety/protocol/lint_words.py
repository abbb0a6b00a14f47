"""The words themselves: length, questions, reading, what must never be said, and what is only sometimes true."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safety.errors import ContentError
from safety.protocol.content import FILE, Protocol, Script
from safety.protocol.reading import reading_grade
from safety.protocol.wording import PLACEHOLDER

GATEWAY_FILLS = {
    "crisis_line": "988", "emergency_number": "911", "clinic_name": "Riverside Integrative Clinic", "clinic_phone": "(555) 010-0199",
    "oncall_name": "the on-call clinician", "sla_time": "as soon as they can", "name": "Alexandria", "dose_day": "Wednesday",
    "feeling": "how hard this is right now",
}  # fmt: skip
WORDINGS = 3
ENGINE_KNOWS = ("feeling",)

NEVER = (
    (r"promise", "it asks for or gives a promise", "ask or offer instead"),
    (r"\b(contract|swear to me|give me your word)\b", "it asks for a promise", "ask whether they feel able to stay safe"),
    (r"commit(ted)? suicide|failed attempt|successful attempt|completed suicide|suicidio cometido|cometer suicidio", "it judges",
     "say 'ended their life' or 'tried to end their life'"),
    (r"\b(pills?|gun|rope|knife|razor|blade|bridge|overdose|hang(ing)?|jump|cut(ting)? your|lethal|fatal dose|milligrams?|mg|pastillas|pistola|soga|cuchillo|navaja)\b",
     "it names a method, an amount or a place", "leave it out; the patient need not name it either"),
    (r"(stays? |just )?between (you and me|us)\b|secret is safe|keep (it|this) (a )?secret for you|(is|stays|are) (fully |completely )?confidential|queda entre nosotros",
     "it promises confidentiality", "say who can read it"),
    (r"you('re| are) not (suicidal|thinking|planning|going to)|you (don't|do not|wouldn't|won't) (want|mean) to (die|hurt|do)|aren't you|right\?$|no piensas",
     "the question leads to a no", "ask it openly"),
    (r"stay strong|think of your (kids|children|family|parents)|it('s| is) (all )?going to be (okay|fine|all right)|everything happens|look on the bright side|others have it worse|s[eé] fuerte|piensa en tu familia",
     "it minimises, cheers or puts guilt on", "stay with what they feel"),
    (r"\b(selfish|coward|attention|shame on|weak)\b(?! (side|on))", "it judges", "leave the judgement out"),
    (r"\b(bipolar|psychotic|psychosis|manic|mania|borderline|schizo\w*|delusion\w*|hallucinat\w*|disorder|diagnos\w*)\b", "it names a diagnosis",
     "describe what the person says"),
    (r"\b(ideation|lethality|risk factors?|protective factors?|protocol|assessment|triage|C-SSRS|NSSI|means restriction|decompensat\w*)\b",
     "it is jargon", "say it in plain words"),
    (r"ego death|trust the process|the medicine|purge|comedown|bad trip|meant to (happen|be)", "it interprets the session or waves risk away (CRISIS.md §6.5)",
     "leave it to the team"),
    (r"(death|dying) (is|can be) (peaceful|beautiful|brave|free|okay)|better place|at peace now|makes sense to (die|want to die)", "it makes death look good",
     "say that wanting the pain to stop makes sense"),
    (r"i('ll| will| am going to|'m going to)? (call|calling|send|sending) (the )?(police|an ambulance|911|help to)|(te|les) env[ií]o una ambulancia",
     "it claims the bot can call somebody out", "say who can be called, and by whom"),
    (r"\b(stop|skip|take|increase|reduce) (your|the) (medicine|medication|dose|lozenge)", "it advises on medicine", "leave it to the prescriber"),
    (r"only (i|me)\b|just talk to me|don't (tell|talk to|call) (anyone|them|your)|no need (to call|for (help|a person))", "it keeps people away from people",
     "point to a person"),
    (r"couples? (therapy|counsel)|confront (him|her|them)|just leave (him|her|them)", "it may put an abused person in danger (CRISIS.md §4.6)", "ask what is safe for them"),
    (r"press 3\b|opción 3", "988's press 3 has ended (CRISIS.md §8)", "take it out"),
)  # fmt: skip

CLAIMS = re.compile(
    r"(been|was|is|are) (alerted|notified|informed|told)|(has|have) (been )?(received|my alert|your alert|the alert|an alert)|alerted (your|the) team|my alert (has|is)|"
    r"(team|someone|somebody|they|help|clinician) (is|are|'s) (on (the|their) way|coming)|on their way to you|will (call|contact|be with|reach) you|"
    r"(ya )?recibi[óo] (el|mi) aviso|(ya )?tiene (el|mi) aviso|ha recibido|aviso lleg[óo]|viene en camino|te llamará|te contactará",
    re.IGNORECASE,
)  # fmt: skip
ALWAYS_TRUE = re.compile(r"(no one|nobody|haven't|not yet|your message has been received|tu mensaje ha)", re.IGNORECASE)
GROUPS_OF_HELP = re.compile(r"\{(?:reach_line|crisis_line|emergency_number|clinic_phone|poison_line|advocate_line|hi_line)\}")


def word_problems(protocol: Protocol) -> Iterator[ContentError]:
    truthful = {script.accepted for script in protocol.scripts.values()} | {"page_accepted"}
    for script in protocol.scripts.values():
        if len(set(script.wordings["en"])) < WORDINGS:
            yield _problem(script, f"it has {len(set(script.wordings['en']))} wordings in English", f"write at least {WORDINGS} different ones")
        if "es" not in script.wordings:
            yield _problem(script, "there is no Spanish wording", "write at least one line under 'es:'")
        for lang, wordings in script.wordings.items():
            for number, text in enumerate(wordings, 1):
                yield from _wording(protocol, script, f"{lang} {number}", text, truthful=script.id in truthful)
    yield from _feelings(protocol)


def _problem(script: Script, problem: str, remedy: str) -> ContentError:
    return ContentError(FILE, script.id, problem, remedy)


def _wording(protocol: Protocol, script: Script, where: str, text: str, *, truthful: bool) -> Iterator[ContentError]:
    filled = _filled(text, protocol)
    most = int(protocol.limits["max_characters"])
    if len(filled) > most:
        yield _problem(script, f"wording {where} has {len(filled)} characters once it is filled", f"shorten it to {most}")
    if filled.count("?") > 1:
        yield _problem(script, f"wording {where} asks {filled.count('?')} questions", "ask one")
    grade, highest = reading_grade(filled), int(protocol.limits["max_reading_grade"])
    if where.startswith("en") and grade > highest:
        yield _problem(script, f"wording {where} reads like school year {grade:.1f}", f"use shorter words and sentences, up to year {highest}")
    for pattern, problem, remedy in NEVER:
        found = re.search(pattern, filled, re.IGNORECASE)
        if found:
            yield _problem(script, f"wording {where}: {problem} (\"{found[0]}\")", remedy)
    claim = CLAIMS.search(filled)
    if claim and not truthful and not ALWAYS_TRUE.search(filled):
        yield _problem(script, f"wording {where} claims \"{claim[0]}\" before anybody has accepted a page", "say it only in an 'accepted' script")
    if len(GROUPS_OF_HELP.findall(text)) > 3:
        yield _problem(script, f"wording {where} lists four or more places to turn to", "keep two or three")
    yield from _gives(script, where, text)
    yield from _placeholders(script, where, text)


def _gives(script: Script, where: str, text: str) -> Iterator[ContentError]:
    checks = {
        "ai": (r"AI chatbot|chatbot de IA", "say 'I'm an AI chatbot, not a person'"),
        "crisis_contact": (r"\{(reach_line|crisis_line)\}", "name {reach_line}"),
        "emergency": (r"\{emergency_number\}", "name {emergency_number}"),
        "direct_question": (r"ending your life|end your life|dying|acting on this|quitarte la vida|morir|hacerlo", "ask plainly"),
    }
    for part in script.gives:
        if part in checks and not re.search(checks[part][0], text):
            yield _problem(script, f"wording {where} should give '{part}' and does not", checks[part][1])


def _placeholders(script: Script, where: str, text: str) -> Iterator[ContentError]:
    for name in PLACEHOLDER.findall(text):
        if name not in GATEWAY_FILLS and not name.endswith("_line"):
            yield _problem(script, f"wording {where}: nobody fills {{{name}}}", f"use one of {', '.join(sorted(GATEWAY_FILLS))}")
    if PLACEHOLDER.sub("", text).count("{") or PLACEHOLDER.sub("", text).count("}"):
        yield _problem(script, f"wording {where} has a brace that belongs to nothing", "write placeholders as {clinic_name}")


def _filled(text: str, protocol: Protocol) -> str:
    lines = {"reach_line": "call or text 988", "hi_line": "text 988 and just write 'hi'", "quiet_line": "If talking is hard, texting works."}
    return PLACEHOLDER.sub(lambda m: {**GATEWAY_FILLS, **lines}.get(m[1], "Poison Control at 1-800-222-1222"), text)


def _feelings(protocol: Protocol) -> Iterator[ContentError]:
    for lang, sets in protocol.feelings.items():
        if "default" not in sets:
            yield ContentError(FILE, f"feelings {lang}", "there is no 'default'", "add words that fit every category")
        for text in (text for words in sets.values() for text in words):
            for pattern, problem, remedy in NEVER:
                if re.search(pattern, text, re.IGNORECASE):
                    yield ContentError(FILE, f"feelings {lang}", f"\"{text}\": {problem}", remedy)
