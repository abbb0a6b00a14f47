"""The summary as a PDF, drawn by reportlab: pure Python, no browser, the same facts and charts as the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import reportlab
from reportlab.graphics.shapes import Circle, Drawing, PolyLine, String
from reportlab.graphics.shapes import Line as Stroke
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from console.ladder import Exchange
from console.sheet_charts import Drawn
from console.words import CATEGORIES, KINDS, RUNS, level_word
from programme.summary import Block, Shown, Step

PLAIN, BOLD = "Vera", "VeraBd"
INK, SOFT, EDGE, EMBER = HexColor("#1c1714"), HexColor("#5f564f"), HexColor("#c9c0b6"), HexColor("#8a3514")
MARGIN = 15 * mm
ACROSS = 3  # charts side by side
LABEL = "Self-report collected by an automated chat. Not a clinical assessment. No interpretation."


def as_pdf(values: Mapping[str, Any], clinic: str, zone: ZoneInfo, clinician: str) -> bytes:
    """`values` are what the page's template gets."""
    _fonts()
    page = BytesIO()
    document = SimpleDocTemplate(
        page, pagesize=letter, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=13 * mm, bottomMargin=15 * mm,
        title="Summary before the visit", author=clinic, invariant=1,
    )  # fmt: skip
    foot = f"{clinic} · confidential · made for {clinician}, {values['now'].astimezone(zone):%d %b %Y %H:%M}"
    flow = list(_flow(values, zone, document.width))
    document.build(flow, onFirstPage=_footer(foot), onLaterPages=_footer(foot))
    return page.getvalue()


def _flow(values: Mapping[str, Any], zone: ZoneInfo, width: float) -> Iterator[Any]:
    patient, sheet, summary = values["patient"], values["sheet"], values["summary"]
    yield _text(f"<b>{_safe(patient.name or 'Guest')}</b>, summary", size=14, after=2)
    visit = f", next visit {_day(sheet.next_visit, zone)}" if sheet.next_visit else ", no next visit planned"
    when = f"{values['dosed']}{visit}. {_day(values['since'], zone)} to {_day(values['now'], zone)}."
    wrote = f"Last wrote {values['wrote']} ago." if values["wrote"] else "Has not written yet."
    yield _text(f"{_safe(when)} {wrote} {LABEL}", colour=SOFT, after=4)
    yield from _asked(values["ask"], width)
    yield from _block(summary.safety, values, zone, _directly(values["direct"], zone))
    yield from _charts(values["charts"], width)
    for block in summary.blocks:
        yield from _block(block, values, zone)
    yield from _flags(sheet.flags, sheet.names, values["dispositions"], zone)
    yield from _exercises(values["begun"], values["not_begun"], values, zone)
    if summary.private:
        yield _text(f"{summary.private} answer{'s' if summary.private != 1 else ''} kept private.", colour=SOFT)


def _asked(lines: Sequence[str], width: float) -> Iterator[Any]:
    said = [_text("Ask at the visit", bold=True, size=10, after=2)]
    said += [_text(f"• {_safe(line)}", indent=8) for line in lines] or [_text("No rule of the clinic asks for anything.", colour=SOFT)]
    box = Table([[said]], colWidths=[width], style=TableStyle([("BOX", (0, 0), (-1, -1), 1, EMBER), ("PADDING", (0, 0), (-1, -1), 5)]))
    yield box
    yield Spacer(1, 4)


def _block(block: Block, values: Mapping[str, Any], zone: ZoneInfo, first: Sequence[Paragraph] = ()) -> Iterator[Any]:
    said = [*first, *(part for one in block.shown for part in _answer(one, block.quotes, values, zone))]
    said = said or [_text("None in this time.", colour=SOFT)]
    yield KeepTogether([_heading(block.title), *said[:2]])
    yield from said[2:]


def _directly(asked: Sequence[Exchange], zone: ZoneInfo) -> list[Paragraph]:
    said: list[Paragraph] = []
    for one in asked:
        question = f"<b>Asked directly</b> {_safe(one.question)} · {_day(one.asked_at, zone)}"
        said.append(_text(question, size=7, colour=SOFT, after=0, keep=True))
        answer = f"“{_safe(one.answer)}”" if one.answer else "sent something that is no text" if one.media else "no answer"
        said.append(_text(answer, indent=8, after=3))
    return said


def _answer(one: Shown, quotes: bool, values: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Paragraph]:
    question = f"<b>{one.module}</b> {_safe(values['filled'](one.question))} · {_day(one.at, zone)}"
    yield _text(question, size=7, colour=SOFT, after=0, keep=True)
    quoted = (one.own_words or quotes) and not one.private and not one.skipped
    answer = _safe(one.answer).replace("\n", "<br/>")
    yield _text(f"“{answer}”" if quoted else answer, indent=8, after=3)


def _charts(charts: Sequence[Drawn], width: float) -> Iterator[Any]:
    if not charts:
        return
    each = width / ACROSS
    cells = [[_caption(chart), _drawing(chart, each - 8)] for chart in charts]
    cells += [[] for _ in range(-len(cells) % ACROSS)]
    rows = [cells[start : start + ACROSS] for start in range(0, len(cells), ACROSS)]
    style = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("PADDING", (0, 0), (-1, -1), 2)])
    yield KeepTogether([_heading("Numbers, dose days marked"), Table(rows, colWidths=[each] * ACROSS, style=style)])


def _caption(chart: Drawn) -> Paragraph:
    better = "up" if chart.better == "high" else "down"
    began = f", first {chart.points[0].value}" if len(chart.points) > 1 else ""
    scale = f"{chart.lowest} to {chart.highest}, {better} is better"
    return _text(f"<b>{_safe(chart.title)} {chart.last.value}</b>{began} ({scale})", size=7, after=1)


def _drawing(chart: Drawn, width: float) -> Drawing:
    scale = width / chart.width
    high = chart.height * scale
    made = Drawing(width, high)

    def y(value: float) -> float:
        return high - value * scale

    for level in (8, chart.bottom):
        made.add(Stroke(24 * scale, y(level), (chart.width - 8) * scale, y(level), strokeColor=EDGE, strokeWidth=0.5))
    for value, level in ((chart.highest, 12), (chart.lowest, chart.bottom + 3)):
        made.add(String(20 * scale, y(level), str(value), fontName=PLAIN, fontSize=5, fillColor=SOFT, textAnchor="end"))
    for mark in chart.marks:
        x = mark.x * scale
        made.add(Stroke(x, y(8), x, y(chart.bottom), strokeColor=EMBER, strokeWidth=0.6, strokeDashArray=[2, 2]))
        made.add(String(x, y(chart.height - 5), mark.label, fontName=PLAIN, fontSize=5, fillColor=EMBER, textAnchor="middle"))
    spots = [(point.x * scale, y(point.y)) for point in chart.points]
    if len(spots) > 1:
        made.add(PolyLine([number for spot in spots for number in spot], strokeColor=INK, strokeWidth=0.9))
    for x, at in spots:
        made.add(Circle(x, at, 1.4, fillColor=INK, strokeColor=INK, strokeWidth=0))
    return made


def _flags(flags: Sequence[Any], names: Mapping[str, str], dispositions: Mapping[str, str], zone: ZoneInfo) -> Iterator[Any]:
    yield _heading("Flags")
    if not flags:
        yield _text("None in this time.", colour=SOFT)
    for flag in flags:
        kind = " · ".join(filter(None, (KINDS.get(flag.kind, flag.kind), CATEGORIES.get(flag.category, ""))))
        closed = dispositions.get(flag.disposition or "", "Closed")
        end = f"{closed}, {_day(flag.closed_at, zone)}." if flag.closed_at else "<b>Still open.</b>"
        who = names.get(flag.closed_by or flag.acknowledged_by or "", "")
        end += f" {'Closed' if flag.closed_at else 'Taken'} by {_safe(who)}." if who else ""
        level = f"<b>Level {flag.level}</b> {level_word(flag.level, flag.category)}, {kind}, {_day(flag.opened_at, zone)}."
        yield _text(f"{level} {end} {_safe(flag.reason)}", after=2)


def _exercises(begun: Sequence[Step], not_begun: Sequence[Step], values: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Any]:
    yield _heading("Exercises")
    for step in begun:
        at = f", {_day(step.at, zone)}" if step.at else ""
        left_out = "; ".join(_short(values["filled"](question)) for question in step.skipped)
        skipped = f" Skipped: {_safe(left_out)}" if left_out else ""
        yield _text(f"<b>{step.module}</b> {_safe(step.name)}: {RUNS.get(step.status, step.status)}{at}.{skipped}", after=1)
    if not_begun:
        yield _text("Not begun: " + _safe(", ".join(f"{step.module} {step.name}" for step in not_begun)) + ".", colour=SOFT)


def _heading(words: str) -> Paragraph:
    return _text(_safe(words), bold=True, size=10, before=5, after=2, keep=True)


def _text(
    words: str, *, size: float = 8, bold: bool = False, colour: Any = INK, indent: float = 0, before: float = 0, after: float = 1,
    keep: bool = False,
) -> Paragraph:  # fmt: skip
    style = ParagraphStyle(
        "s", fontName=BOLD if bold else PLAIN, fontSize=size, leading=size * 1.3, textColor=colour, leftIndent=indent,
        spaceBefore=before, spaceAfter=after, keepWithNext=keep,
    )  # fmt: skip
    return Paragraph(words, style)


def _footer(words: str) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.setFont(PLAIN, 6.5)
        canvas.setFillColor(SOFT)
        canvas.drawString(MARGIN, 9 * mm, printable(words))
        canvas.drawRightString(letter[0] - MARGIN, 9 * mm, f"page {document.page}")

    return draw


def _day(at: Any, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %Y}"


def _short(words: str) -> str:
    return words if len(words) <= 70 else words[:70].rsplit(" ", 1)[0] + " …"


def _safe(words: str) -> str:
    return escape(printable(words))


def printable(words: str) -> str:
    """What the font cannot draw is named: a heart becomes "[red heart]" instead of an empty box."""
    return "".join(letter_ if _drawable(letter_) else _named(letter_) for letter_ in unicodedata.normalize("NFC", words))


def _named(character: str) -> str:
    if unicodedata.category(character) in {"Mn", "Cf", "Me", "Sk"}:  # joiners and skin tones say nothing on their own
        return ""
    return f"[{unicodedata.name(character, 'sign').lower()}]"


@cache
def _fonts() -> frozenset[int]:
    """The two fonts that come with reportlab, and the characters they can draw."""
    folder = Path(reportlab.__file__).parent / "fonts"
    faces = [TTFont(name, str(folder / f"{name}.ttf")) for name in (PLAIN, BOLD)]
    for face in faces:
        pdfmetrics.registerFont(face)
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return frozenset(faces[0].face.charToGlyph)


def _drawable(character: str) -> bool:
    return character in "\n\t" or ord(character) in _fonts()
