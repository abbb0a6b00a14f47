"""What patients read outside the modules: the house's own lines, the bot's responses, the answers' heads. For the lint.

Each is read wherever it may come up, so a line without a wording of its own for the phone must fit one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programme.files import read_yaml
from programme.library import Programme

WEB_LIMIT, SMS_LIMIT = 600, 300
LINES, DOMAIN = "lines.yml", "domain.yml"
NOT_READ = ("drill",)  # said by the made-up patient of the daily test
FRAGMENT = "value_"  # stands inside another sentence


@dataclass(frozen=True, slots=True)
class Text:
    """One patient-read text. `standard` is the fixed wording of a published measure: its grade is not ours to change."""

    file: str
    entry: str
    words: str
    limit: int
    standard: bool = False
    spanish: bool = False


def house_texts(programme: Programme, clinical: Path) -> Iterator[Text]:
    """`clinical`: the folder with lines.yml; the bot's domain.yml is looked for in bot/ beside it."""
    faq = programme.faq
    for name in ("no_match", "offer_to_pass_on", "prescriber_decides"):
        yield Text("faq.yml", name, getattr(faq, name), SMS_LIMIT)
    if (clinical / LINES).exists():
        yield from _lines(read_yaml(clinical / LINES))
    domain = clinical.parent / "bot" / DOMAIN
    if domain.exists():
        yield from _responses(read_yaml(domain).get("responses") or {})


def _lines(data: Mapping[str, Any]) -> Iterator[Text]:
    for name, words in (data.get("lines") or {}).items():
        if name not in NOT_READ:
            yield Text(LINES, name, str(words).strip(), SMS_LIMIT, name.startswith(FRAGMENT), name.endswith("_es"))
    for group in ("canned", "caring"):
        for one in data.get(group) or ():
            yield Text(LINES, f"{group}, {one['id']}", str(one["text"]).strip(), SMS_LIMIT)


def _responses(responses: Mapping[str, Any]) -> Iterator[Text]:
    for name, variants in responses.items():
        on_phone = any(one.get("channel") == "sms" for one in variants)
        for one in variants:
            sms = one.get("channel") == "sms" or not on_phone
            entry = f"{name} (sms)" if one.get("channel") == "sms" else name
            yield Text(DOMAIN, entry, str(one["text"]).strip(), SMS_LIMIT if sms else WEB_LIMIT, spanish=name.endswith("_es"))
