"""What no line to a patient at risk may hold, in English or Spanish, and why (CRISIS.md §1, §6.5, §11)."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Never:
    pattern: re.Pattern[str]
    problem: str
    remedy: str


def _never(problem: str, remedy: str, *patterns: str) -> Never:
    return Never(re.compile("|".join(patterns), re.IGNORECASE), problem, remedy)


NEVER = (
    _never(
        "it asks for or gives a promise",
        "ask whether they feel able to stay safe",
        r"promis|promete",
        r"\b(contract|swear to me|give me your word)\b",
        r"j[uú]rame|dame tu palabra",
    ),
    _never(
        "it judges",
        "say 'ended their life' or 'tried to end their life'",
        r"commit(ted|ting)? suicide|(failed|successful|completed) (attempt|suicide)",
        r"cometer suicidio|suicidio cometido|intento fallido",
    ),
    _never(
        "it names a method, an amount or a place",
        "leave it out; the patient need not name it either",
        r"\b(pills?|guns?|firearms?|ropes?|knife|knives|razors?|blades?|bridges?|overdos\w*|hang(ing)?|jump(ing)?|cutting)\b",
        r"\b(lethal|fatal|milligrams?|mg|grams?|tablets?)\b",
        r"\b(pastillas?|pistolas?|armas?|sogas?|cuerdas?|cuchillos?|navajas?|puentes?|sobredosis|letal(es)?|miligramos?|tabletas?)\b",
        r"\b(ahorcar|colgar|cortar)te\b",
    ),
    _never(
        "it promises confidentiality",
        "say who can read it",
        r"between (you and me|us)\b|secret is safe|keep (it|this|that) (a )?secret for you|queda entre nosotros|tu secreto",
        r"(?<!not )(?<!n't )\b(is|stays?|are|remains?) (fully |completely |strictly )?(confidential|private)",
        r"(?<!no )es (confidencial|privado)",
    ),
    _never(
        "the question leads to a no",
        "ask it openly",
        r"you('re| are) not (suicidal|thinking|planning|going to)",
        r"you (don't|do not|wouldn't|won't) (want|mean) to (die|hurt|do|end)",
        r"aren't you\?|, are you\?|, right\?|, do you\?",
        r"no (estar[aá]s|est[aá]s) pensando|¿no piensas|¿verdad\?",
    ),
    _never(
        "it minimises, cheers or puts guilt on",
        "stay with what they feel",
        r"stay strong|think of your (kids|children|family|parents)"
        r"|look on the bright side|others have it worse|cheer up"
        r"|calm down",
        r"it('s| is) (all )?going to be (okay|fine|all right)|everything happens for|you have so much",
        r"s[eé] fuerte|piensa en tus? (familia|hijos|padres)|no es para tanto"
        r"|c[aá]lmate|todo (va a estar|estar[aá]|saldr[aá]) bien",
    ),
    _never(
        "it judges the patient",
        "leave the judgement out",
        r"\b(selfish|coward\w*|attention.seeking|shame on|crazy|stupid|ego[ií]sta|cobarde)\b",
    ),
    _never(
        "it names a diagnosis",
        "describe what the person says",
        r"\b(bipolar|psychotic|psychosis|manic|mania|borderline|schizo\w*|delusion\w*|hallucinat\w*|disorder|diagnos\w*|trastorno|psicosis)\b",
    ),
    _never(
        "it is jargon",
        "say it in plain words",
        r"\b(ideation|lethality|risk factors?|protective factors?|protocol|assessment|triage|decompensat\w*)\b",
        r"C-SSRS|\bNSSI\b|means restriction",
    ),
    _never(
        "it interprets the session or waves risk away",
        "leave it to the team (CRISIS.md §6.5)",
        r"ego death|trust the process|the medicine\b|purge|comedown"
        r"|bad trip|meant to (happen|be)|muerte del ego|conf[ií]a en el proceso",
    ),
    _never(
        "it makes death look good",
        "say that wanting the pain to stop makes sense",
        r"(death|dying|suicide) (is|can be|would be) (peaceful|beautiful|brave|free|okay|a relief)|a better place\b|at peace now",
        r"makes sense to (die|want to die)|la muerte es (paz|hermosa|libre)",
    ),
    _never(
        "it claims that the bot can call somebody out",
        "say who can be called, and by whom",
        r"\bi('ll| will|'m going to| am going to|'m| am)? ?(call|calling|send|sending) (the |you )?(police|an ambulance)",
        r"\bi('ll| will|'m going to|'m)? ?(call|calling|send|sending) (911|paramedics|help to)",
        r"(te|les) env[ií]o (una ambulancia|a la polic[ií]a)|llamar[eé] a la polic[ií]a",
    ),
    _never(
        "it advises on medicine",
        "leave it to the prescriber",
        r"\b(stop|skip|take|increase|reduce|lower) (your|the|another|an extra|one more) (medicine|medication|dose|lozenge)",
        r"deja de tomar tu",
    ),
    _never(
        "it keeps the patient away from people",
        "point to a person",
        r"just talk to me|only (talk|write) to me|don't (tell|talk to|call) (anyone|them|your)"
        r"|no need (to call|for (help|a person))|solo habla conmigo",
    ),
    _never(
        "it may put an abused person in danger",
        "ask what is safe for them (CRISIS.md §4.6)",
        r"couples? (therapy|counsel)|confront (him|her|them)|just leave (him|her|them)"
        r"|work on the relationship|terapia de pareja",
    ),
    _never("988's press 3 has ended", "take it out (CRISIS.md §8)", r"press 3\b|opci[oó]n 3|marca(r)? 3\b"),
)

CLAIMS = re.compile(
    r"(been|was|is|are|i've|i have) (alerted|notified|informed|paged)"
    r"|(has|have) (been received|received|my alert|your alert|the alert|an alert)"
    r"|my alert (has|is|reached)|(is|are|'s|'re) on (the|their|its) way"
    r"|(team|someone|somebody|they|help|clinician|person) (is|are|'s|'re) coming"
    r"|(team|someone|somebody|they|clinician|person)( from [^.?!]{3,40})? will (call|contact|be with|reach|join|ring) you"
    r"|(ya )?recibi[oó] (el|mi) aviso|(ya )?tiene (el|mi) aviso"
    r"|ha recibido (el|mi) aviso|aviso (ya )?lleg[oó]|vienen? en camino|ya vienen?\b"
    r"|(he|ya) avis(ado|[eé]) a|(fue|fueron|est[aá]n?|ha sido) avisad[oa]s?"
    r"|te (llamar[aá]|contactar[aá])\b",
    re.IGNORECASE,
)
"""Only true once a page was accepted."""

ALWAYS_TRUE = re.compile(r"no one|nobody|haven't|not yet|your message has been received|what should they use", re.IGNORECASE)
