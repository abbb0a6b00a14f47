"""Rasa and its actions, started once: the model is the one in $AFTERGLOW_MODELS or ./var/models, trained if it is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.actions.content import Content, load_content
from launch.stack import Stack
from tests.bot.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content(ROOT)


@pytest.fixture
def visitor(stack: Stack) -> Callable[..., Visitor]:
    def arrives(**standing: Any) -> Visitor:
        return Visitor(stack.rasa_url, **standing)

    return arrives
