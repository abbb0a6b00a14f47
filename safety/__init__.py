"""The safety screen: a message in, an Assessment out. Pure, deterministic, no network, nothing at import.

>>> clinical = load_clinical(Path("clinical"))
>>> assess("i cant do this anymore i want to die", clinical=clinical).level
3
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safety.assessment import Assessment as Assessment
    from safety.assessment import Finding as Finding
    from safety.assessment import Turn as Turn
    from safety.content import Clinical as Clinical
    from safety.content import load_clinical as load_clinical
    from safety.errors import ContentError as ContentError
    from safety.errors import SafetyError as SafetyError
    from safety.screen import assess as assess

_HOMES = {
    "Assessment": "assessment",
    "Finding": "assessment",
    "Turn": "assessment",
    "Clinical": "content",
    "load_clinical": "content",
    "ContentError": "errors",
    "SafetyError": "errors",
    "assess": "screen",
}
__all__ = ["Assessment", "Clinical", "ContentError", "Finding", "SafetyError", "Turn", "assess", "load_clinical"]


def __getattr__(name: str) -> Any:
    """Each name is fetched when first used, so that `safety.protocol` loads without the screen."""
    if name not in _HOMES:
        raise AttributeError(f"module 'safety' has no attribute {name!r}")
    return getattr(import_module(f"safety.{_HOMES[name]}"), name)
