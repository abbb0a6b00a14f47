"""Spanish, and Spanish mixed with English: risk is heard in every category, denials and everyday talk are not risk."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from safety import Assessment, Clinical, assess
from safety.lint import phrase_problems

FILES = ("spanish", "spanish_risk")

RISK = {
    "S": """
        quiero morirme
        me quiero morir
        ya no quiero vivir
        quiero matarme
        he pensado en quitarme la vida
        tengo pensamientos suicidas
        pienso en suicidarme
        ojalá no despierte mañana
        mi familia estaría mejor sin mí
        soy una carga para todos
        no veo salida
        ya no aguanto esta vida
        quisiera desaparecer
        que Dios me lleve ya
        ya escribí la carta de despedida
        voy a matarme esta noche
        me voy a tirar del puente
        hoy me mato
        ya me tomé todas las pastillas
        tengo la pistola en la mano
        I just want to morirme, de verdad
        I feel como que no hay salida
    """,
    "N": """
        me corté los brazos otra vez
        quiero cortarme
        me quemé a propósito
        I cut my legs anoche
    """,
    "Q": """
        ¿cuántas pastillas hay que tomar para morir?
        ¿cuál es la dosis letal?
    """,
    "E": """
        no puedo respirar
        me cuesta respirar
        me falta el aire
        me duele mucho el pecho
        tengo presión en el pecho
        me desmayé después de la dosis
        mi esposo no despierta
        no lo puedo despertar
        mi mamá está convulsionando
        tengo la lengua hinchada
        no paro de vomitar
        hay sangre en mi orina
        llamen una ambulancia
        just took it y no puedo respirar
        se me cierra la garganta, help
    """,
    "U": """
        me tomé tres cervezas y luego me puse la pastilla
        tomé la ketamina con clonazepam
        me puse dos troches en vez de uno
        estoy guardando las pastillas por si acaso
        manejé a casa después de la sesión
        took my dosis con tequila
    """,
    "P": """
        las voces me dicen que me mate
        oigo voces
        la tele me habla
        me están vigilando y me siguen
        soy el elegido
    """,
    "V": """
        quiero matar a mi jefe
        voy a matarlo
        lo voy a apuñalar
        si viene lo mato
    """,
    "A": """
        mi marido me pega
        mi novio me golpeó anoche
        tiene una pistola y me quiere matar
        tengo miedo de mi esposo
        my husband me pegó otra vez
        no me deja salir de la casa
    """,
    "AC": """
        mi esposo le pega a los niños
        tengo miedo de lastimar a mi bebé
        mi sobrina tiene moretones y no dice por qué
        están robando el dinero de mi abuela
    """,
    "T": """
        mi hermano se quiere matar
        mi hija dice que se quiere morir
        mi amigo me mandó un mensaje despidiéndose
    """,
    "D": """
        me está dando un ataque de pánico ahora
        siento que me vuelvo loca
        todo se siente irreal desde la sesión
    """,
}

ORDINARY = """
    no quiero morirme, quiero estar bien
    no pienso en matarme ni nada de eso
    no tengo pensamientos suicidas
    nunca he pensado en quitarme la vida
    me muero de hambre
    me quiero morir de la vergüenza
    me muero de risa con mi hermana
    este trabajo me está matando jaja
    lo voy a matar, se comió mi torta jaja
    casi me da un infarto con la cuenta de la luz
    me duele la espalda de tanto trabajar
    respiro bien y no me duele el pecho
    no me desmayé ni vomité
    la sesión me pegó fuerte pero bonito
    en la sesión sentí que me moría y renací
    lloré de felicidad
    mi mamá murió hace dos años y la extraño
    mi hijo se cayó de la bici y tiene un moretón
    mi tío le toca la guitarra a mi hija
    ¿puedo tomar café antes de la sesión?
    ¿puedo tomar vino al otro día?
    guardo la medicina con llave por los niños
    mi esposo me lleva y me trae porque no manejo ese día
    mi esposo no me deja lavar los trastes, los lava él
    dejé a los niños con mi suegra
    estoy cansada del trabajo
    no aguanto más el calor
    se acaba la serie esta noche
    estoy en el puente, hay mucho tráfico
    me corté el pelo
    voy tarde, ando manejando
    fuimos a la iglesia con los niños
    me despedí de mi mamá en el aeropuerto
    escribí una carta para mi niña interior
    dormí poquito, el bebé lloró toda la noche
    todo bien, gracias a Dios
    I'm so tired, pero ando contenta
    que tengan bonito día
""".strip().splitlines()


def messages() -> list[tuple[str, str]]:
    return [(category, line.strip()) for category, block in RISK.items() for line in block.strip().splitlines()]


def plain(text: str) -> str:
    """Without accents, capitals or signs, as on most phones."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in letters if c.isalnum() or c in " '/")


def heard(text: str, clinical: Clinical) -> Assessment:
    return assess(text, clinical=clinical, layers=())


@pytest.mark.parametrize(("category", "text"), messages())
def test_risk_in_spanish_is_heard_in_its_category(category: str, text: str, clinical: Clinical) -> None:
    for typed in (text, plain(text)):
        found = heard(typed, clinical)
        assert found.level >= 2, typed
        assert category in {f.category for f in found.counted}, typed


@pytest.mark.parametrize("text", [line.strip() for line in ORDINARY])
def test_denials_idioms_and_everyday_spanish_are_left_alone(text: str, clinical: Clinical) -> None:
    for typed in (text, plain(text)):
        found = heard(typed, clinical)
        assert found.level < 2, [(f.phrase_id, f.text) for f in found.counted]


@pytest.mark.parametrize(
    "text",
    ["voy a matarme esta noche", "no puedo respirar", "las voces me dicen que me mate", "tiene una pistola y me quiere matar"],
)
def test_emergencies_in_spanish_are_graded_four_or_five(text: str, clinical: Clinical) -> None:
    assert heard(text, clinical).level >= 4


def test_spanish_words_do_not_turn_english_small_talk_into_risk(clinical: Clinical) -> None:
    for text in ("my toy truck broke", "pa is visiting, we made tamales", "the solo was on point", "no me gusta el cilantro"):
        assert heard(text, clinical).level == 0


def test_every_spanish_phrase_hears_its_examples_and_leaves_its_near_misses(clinical: Clinical) -> None:
    ours = [p for p in clinical.phrases.phrases.values() if Path(p.file).stem in FILES]
    assert {Path(p.file).stem for p in ours} == set(FILES)
    assert [str(problem) for phrase in ours for problem in phrase_problems(phrase, clinical)] == []
