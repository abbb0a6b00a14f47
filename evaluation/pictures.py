"""The pictures of the report: plain SVG in the page's own colours, with what they show written out for those who hear the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, LEFT, ROW = 460, 70, 26
SIDE, EDGE = 420, 48


def _svg(width: int, height: int, label: str, body: str) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{body}</svg>'


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def bars(label: str, rates: Mapping[str, Mapping[str, Any]]) -> str:
    """A bar for each share, with its 95 % interval as a whisker and its count at the end."""
    shown = {name: found for name, found in rates.items() if found["of"]}
    scale = WIDTH - LEFT - 90
    body = "".join(_bar(name, found, n * ROW + 8, scale) for n, (name, found) in enumerate(shown.items()))
    foot = len(shown) * ROW + 12
    marks = "".join(
        f'<line x1="{LEFT + scale * t:.1f}" y1="4" x2="{LEFT + scale * t:.1f}" y2="{foot}" class="grid"/>'
        + _text(LEFT + scale * t, foot + 14, f"{t:.0%}", "dim", "middle") for t in (0, 0.25, 0.5, 0.75, 1)
    )  # fmt: skip
    return _svg(WIDTH, foot + 22, label, marks + body)


def _bar(name: str, found: Mapping[str, Any], top: float, scale: float) -> str:
    middle, at = top + ROW / 2 - 4, [LEFT + scale * found[key] for key in ("low", "share", "high")]
    return (
        _text(LEFT - 8, middle + 4, name, "", "end")
        + f'<rect x="{LEFT}" y="{top}" width="{max(0.0, at[1] - LEFT):.1f}" height="{ROW - 9}" class="bar"/>'
        + f'<path d="M{at[0]:.1f} {middle}H{at[2]:.1f}M{at[0]:.1f} {middle - 4}v8M{at[2]:.1f} {middle - 4}v8" class="whisker"/>'
        + _text(WIDTH - 4, middle + 4, f"{found['hits']} of {found['of']}", "dim", "end")
    )


def plane(label: str, across: str, up: str, body: str) -> str:
    """A square from 0 to 1 both ways."""
    size = SIDE - EDGE - 12
    grid = "".join(
        f'<path d="M{EDGE + size * t:.1f} 8V{8 + size}M{EDGE} {8 + size * (1 - t):.1f}H{EDGE + size}" class="grid"/>'
        + _text(EDGE + size * t, size + 24, f"{t:.2g}", "dim", "middle") + _text(EDGE - 6, 12 + size * (1 - t), f"{t:.2g}", "dim", "end")
        for t in (0, 0.25, 0.5, 0.75, 1)
    )  # fmt: skip
    names = (
        _text(EDGE + size / 2, SIDE, across, "", "middle")
        + f'<g transform="translate(11 {size / 2}) rotate(-90)">{_text(0, 0, up, "", "middle")}</g>'
    )
    return _svg(SIDE, SIDE + 6, label, grid + names + body)


def _at(x: float, y: float) -> tuple[float, float]:
    size = SIDE - EDGE - 12
    return EDGE + size * x, 8 + size * (1 - y)


def _line(points: Sequence[tuple[float, float]], kind: str) -> str:
    return f'<polyline class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(*p) for p in points))}"/>'


def precision_recall(points: Sequence[tuple[float, float]], marks: Mapping[str, tuple[float, float]]) -> str:
    """The trained layer at every limit, and single points for screens that have no dial."""
    body = _line(points, "curve")
    for n, (name, (x, y)) in enumerate(marks.items(), 1):
        cx, cy = _at(x, y)
        body += f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="9" class="mark"/>' + _text(cx, cy + 4, str(n), "number", "middle")
        body += f"<title>{escape(name)}</title>"
    return plane("precision against recall", "recall", "precision", body)


def calibration(curve: Sequence[Mapping[str, float]]) -> str:
    """On the dotted line, what it said came true."""
    body = _line([(0, 0), (1, 1)], "even") + _line([(step["said"], step["true"]) for step in curve], "curve")
    most = max((step["messages"] for step in curve), default=1)
    for step in curve:
        x, y = _at(step["said"], step["true"])
        body += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + 7 * (step["messages"] / most) ** 0.5:.1f}" class="dot"/>'
    return plane("what the trained layer said against what was so", "it said", "it was so", body)
