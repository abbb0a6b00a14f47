"""Labels as lines for the safety corpus: the words without their people, the exact stretch, what was heard and what was right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from store.labels import Labelled, kept


def corpus_lines(session: Session) -> Iterator[str]:
    """One JSON object a line, for everything a person has read and kept. No id, name or time of the record is in it."""
    for one in kept(session):
        yield json.dumps(_row(one), ensure_ascii=False) + "\n"


def _row(one: Labelled) -> dict[str, Any]:
    start, end = one.span
    heard = one.assessment
    row: dict[str, Any] = {
        "id": f"label-{hashlib.sha256(one.label.id.encode()).hexdigest()[:12]}",
        "text": one.clean.text,
        "level": one.label.level,
        "category": one.label.category,
        "channel": one.message.channel,
        "kind": one.label.kind,
        "spans": [{"start": start, "end": end, "text": one.clean.text[start:end]}],
        "heard": {"level": heard.level, "category": heard.category, "content": heard.content_version} if heard else None,
        "tags": ["clinic", one.label.kind],
    }
    return {**row, "prompt": one.prompt} if one.prompt else row
