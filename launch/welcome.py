"""The last thing `make run` says before it follows the logs: where everything is, and how to log in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from launch.stack import Stack


def welcome(stack: Stack, environ: Mapping[str, str], seconds: float) -> str:
    url = environ.get("PUBLIC_URL", "").strip().rstrip("/") or stack.url
    rows = [("Patient", f"{url}/"), ("Console", f"{url}/console")]
    if not environ.get("TWILIO_ACCOUNT_SID", "").strip():
        rows.append(("Phone", f"{url}/sms/simulator"))
    lines = ["", f"Afterglow is up ({seconds:.0f} s).", ""]
    lines += [f"  {name:<9} {address}" for name, address in rows]
    lines += _demo(stack.demo) if stack.demo_wanted else ["", "  No demo clinic. Add a clinician: make clinician EMAIL=… NAME=…"]
    return "\n".join([*lines, "", f"Data and logs are in {_short(stack)}. Ctrl-C stops everything.", ""])


def _demo(demo: Mapping[str, Any]) -> list[str]:
    login = demo["clinician"]
    people = ", ".join(f"{one['name']} ({one['about']})" for one in demo["patients"])
    return [
        "",
        f"  Log in    {login['email']}",
        f"  Password  {login['password']}",
        "",
        f"  Demo patients: {people}",
    ]


def _short(stack: Stack) -> str:
    relative = os.path.relpath(stack.places.data)
    return str(stack.places.data) if relative.startswith("..") else f"./{relative}"
