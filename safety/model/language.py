"""Might this be Spanish? A guess that errs towards yes: it only decides whether the slower reader is asked too."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[ñáéíóúü¿¡]", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+")
_SPANISH = frozenset(
    """
    que de la el los las un una mi me te se lo le y en por para con sin no si ya yo tu soy estoy esta estas este esto eso
    muy mas pero porque xq pq como cuando donde quien todo toda todos nada nadie nunca siempre tambien hoy ayer noche dia
    vida morir muero muerte muerta muerto matar matarme mato quiero kiero quisiera puedo siento tengo tiene hay ser vivir
    vivo dolor pastillas mejor mal peor bien casa familia mama papa hijo hija hijos ayuda ayudame gracias cuerpo dios voy
    va vamos aqui alla solo sola ando andas anda triste triston cansado cansada harto harta simon nel ahorita neta wey guey
    """.split()
)
_ALSO_ENGLISH = frozenset("no me y a lo se te mi en solo papa mama el la de va los las un le tu si mal hay ser dia con".split())


def maybe_spanish(text: str) -> bool:
    """
    >>> maybe_spanish("ya no quiero estar aqui"), maybe_spanish("no, I went to the park")
    (True, False)
    """
    if _LETTERS.search(text):
        return True
    words = set(_WORDS.findall(text.lower()))
    told = words & _SPANISH
    return bool(told - _ALSO_ENGLISH) or len(told) >= 2
