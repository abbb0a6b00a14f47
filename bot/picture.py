"""The figures of bot.evaluate for people: one HTML fragment and one picture of what is taken for what."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

CELL, LEFT, TOP = 11, 108, 112
TO_REACH = {
    "Macro F1, unseen text": ("outside", "macro_f1", 0.90, True),
    "FAQ, first answer right": ("outside", "faq_top1", 0.92, True),
    "FAQ, right one among the first three": ("outside", "faq_top3", None, True),
    "Journal text taken for a command or question (hijack)": ("inside", "hijacked", 0.02, False),
    "Questions inside a module not answered (miss)": ("inside", "questions_missed", 0.08, False),
    "Commands inside a module not heard": ("inside", "commands_missed", 0.08, False),
    "Asked on after an answer, understood": ("asked_on", "understood", None, True),
    "New subject after an answer, understood": ("asked_on", "new_subjects_right", None, True),
}


def write_results(found: dict[str, Any], folder: Path) -> None:
    """nlu.json, nlu.html (a fragment, to be put into a page) and nlu.svg beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nlu.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / "nlu.svg").write_text(picture(found["outside"]["matrix"]), "utf-8")
    (folder / "nlu.html").write_text(fragment(found), "utf-8")


def fragment(found: dict[str, Any]) -> str:
    rows = "\n".join(_row(name, found[where][key], goal, more) for name, (where, key, goal, more) in TO_REACH.items())
    counts = (
        f"{found['outside']['examples']} messages outside modules, {found['inside']['answers']} answers, "
        f"{found['inside']['questions']} questions and {found['inside']['commands']} commands inside them, "
        f"{found['asked_on']['asked_on']} follow-up questions. None of them was trained on."
    )
    worst = sorted(found["outside"]["f1_by_intent"].items(), key=lambda item: item[1])
    each = "\n".join(f"<tr><th>{escape(name)}</th><td>{value:.2f}</td></tr>" for name, value in worst)
    return f"""<section id="understanding">
<h2>What the patient's words are understood as</h2>
<p>{counts}</p>
<table>
<thead><tr><th>Measure</th><th>Found</th><th>To reach</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<figure><img src="nlu.svg" alt="Each row is what was meant, each column what was heard; the diagonal is right." loading="lazy">
<figcaption>Rows: what was meant. Columns: what was heard. Off the diagonal, the darker the more often.</figcaption></figure>
<details><summary>F1 of every intent, lowest first</summary>
<table><tbody>
{each}
</tbody></table></details>
</section>
"""


def _row(name: str, value: float, goal: float | None, more: bool) -> str:
    wanted = "" if goal is None else f"{'at least' if more else 'at most'} {goal:.2f}"
    met = goal is None or (value >= goal if more else value <= goal)
    return f"<tr><td>{escape(name)}</td><td>{value:.3f}{'' if met else ' (missed)'}</td><td>{wanted}</td></tr>"


def picture(matrix: list[list[Any]]) -> str:
    """One square for every pair that happened: right ones green, wrong ones red, darker with their share of the row."""
    names = sorted({name for meant, heard, _ in matrix for name in (meant, heard)})
    at = {name: row for row, name in enumerate(names)}
    whole: dict[str, int] = {}
    for meant, _, count in matrix:
        whole[meant] = whole.get(meant, 0) + count
    size = CELL * len(names)
    squares = [
        f'<rect x="{LEFT + at[heard] * CELL}" y="{TOP + at[meant] * CELL}" width="{CELL - 1}" height="{CELL - 1}" '
        f'fill="{"#1f7a4d" if meant == heard else "#b3261e"}" fill-opacity="{max(0.18, count / whole[meant]):.2f}">'
        f"<title>{escape(meant)} heard as {escape(heard)}: {count} of {whole[meant]}</title></rect>"
        for meant, heard, count in matrix
    ]
    rows = [f'<text x="{LEFT - 4}" y="{TOP + at[name] * CELL + 8.5}" text-anchor="end">{escape(name)}</text>' for name in names]
    columns = [f'<text transform="translate({LEFT + at[name] * CELL + 8.5} {TOP - 4}) rotate(-90)">{escape(name)}</text>' for name in names]
    grid = f'<rect x="{LEFT - 1}" y="{TOP - 1}" width="{size + 1}" height="{size + 1}" fill="none" stroke="#999"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + size + 8} {TOP + size + 8}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="9" fill="#222">\n<rect width="100%" height="100%" fill="#fff"/>\n'
        + "\n".join([grid, *squares, *rows, *columns])
        + "\n</svg>\n"
    )
