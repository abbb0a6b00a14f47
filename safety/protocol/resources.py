"""Who can be called where this patient is, as the protocol's own placeholders: {reach_line}, {poison_line} …"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def known_lines(resources: Mapping[str, Any], region: str, locale: str) -> dict[str, str]:
    """Ready phrases of clinical/resources.yml for one place, in the patient's language where there is one."""
    places: Mapping[str, Any] = resources.get("locales", {})
    place: Mapping[str, Any] = places.get(region) or places.get("unknown") or {}
    lang = locale[:2]
    phrases: Mapping[str, Any] = place.get("phrases", {})
    return {f"{name}_line": str(texts.get(lang) or texts["en"]) for name, texts in phrases.items()}
