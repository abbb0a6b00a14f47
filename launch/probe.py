"""Asks a service over HTTP whether it is ready."""

from __future__ import annotations

import urllib.error
import urllib.request

# Loopback must not go through a proxy from the environment.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url: str, timeout: float = 1.0) -> bool:
    """True when `url` answers 2xx. A service without such an address is ready as soon as it runs."""
    if not url:
        return True
    try:
        with _direct.open(url, timeout=timeout) as response:
            return bool(200 <= response.status < 300)
    except (OSError, urllib.error.URLError, ValueError):
        return False
