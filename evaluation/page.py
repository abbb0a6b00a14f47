"""The report as one page that stands alone: no script, no request, light and dark, phone and desk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from evaluation import pictures

HERE = Path(__file__).resolve().parent


def page(report: Mapping[str, Any]) -> str:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    env.filters.update(percent=_percent, rate=_rate)
    curves = report["curves"]
    drawn = {
        "category": pictures.bars("risk heard, by category", report["by category"]),
        "level": pictures.bars("risk heard, by level", {f"level {n}": found for n, found in report["by level"].items()}),
        "curve": pictures.precision_recall(curves["precision and recall"], curves["marks"]),
        "calibration": pictures.calibration(curves["calibration"]),
    }
    return env.get_template("report.html").render(r=report, pictures={name: Markup(svg) for name, svg in drawn.items()})  # noqa: S704 - drawn here


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _rate(found: Mapping[str, Any] | None) -> str:
    return "–" if not found or not found["of"] else f"{found['hits']}/{found['of']} · {_percent(found['share'])}"
