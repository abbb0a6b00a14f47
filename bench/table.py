"""The results as a person reads them."""

from __future__ import annotations

from typing import Any


def show(report: dict[str, Any]) -> str:
    lines = [f"{report['machine']['processor']}, {report['machine']['cores']} cores, Python {report['machine']['python']}"]
    for name, draw in (("a", _compare), ("b", _screen), ("c", _crisis), ("d", _growth), ("q", _queue), ("turn", _turn)):
        if name in report:
            lines += ["", *draw(report[name])]
    return "\n".join(lines)


def _compare(rows: dict[str, Any]) -> list[str]:
    lines = ["(a) through the gateway against straight into Rasa, ms", _row("at a time", "", "p50", "p95", "p99", "per s")]
    for width, found in rows.items():
        for side in ("gateway", "rasa"):
            lines.append(_row(width, side, *found[f"{side}_ms"].values(), found["messages_per_second"][side]))
        lines.append(_row(width, "ratio", *found["ratio"].values(), ""))
    return lines


def _screen(found: dict[str, Any]) -> list[str]:
    lines = [f"(b) the screen, µs a message; loads in {found['load_seconds']} s", _row("", "", "median", "p99")]
    return lines + [_row(name, "", *row.values()) for name, row in found["microseconds"].items()]


def _crisis(found: dict[str, Any]) -> list[str]:
    lines = ["(c) from a crisis message, ms", _row("", "", "p50", "p95", "p99")]
    return lines + [_row(when, what, *row.values()) for when, both in found.items() for what, row in both.items()]


def _growth(found: dict[str, Any]) -> list[str]:
    lines = ["(d) answer time after so many messages, ms", _row("messages", "", "p50", "p95", "p99", "to first")]
    return lines + [_row(past, "", *row.values()) for past, row in found.items()]


def _queue(found: dict[str, Any]) -> list[str]:
    lines = ["(q) the console over a large record, ms", _row("", "", "p50", "p95", "p99")]
    for name, one in found.items():
        lines.append(f"  {name}: {one['patients']:,} patients, {one['messages']:,} messages, {one['open_flags']:,} open flags")
        lines += [_row("", "", *row.values()) + f"   {what}" for what, row in one["ms"].items()]
    return lines


def _turn(found: dict[str, Any]) -> list[str]:
    lines = ["(turn) a turn with the full domain against a small one, ms", _row("", "intents", "p50", "p95", "p99", "training s")]
    for name in ("small", "full"):
        one = found[name]
        lines.append(_row(name, str(one["intents"]), *one["ms"].values(), one["training_seconds"]))
    return [*lines, _row("ratio", "", *found["ratio"].values(), ""), f"  load of the machine before: {found['load_before']}"]


def _row(first: str, second: str, *cells: object) -> str:
    return f"  {first:<14}{second:<12}" + "".join(f"{cell!s:>10}" for cell in cells)
