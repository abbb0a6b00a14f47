"""python -m bot.actions: serve the actions on 127.0.0.1:$ACTIONS_PORT, for callers that know $ACTIONS_TOKEN."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import uvicorn

from bot.actions.app import build_app
from bot.actions.words import MissingWords
from programme import ContentError

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    token, port = os.environ.get("ACTIONS_TOKEN", ""), os.environ.get("ACTIONS_PORT", "")
    if not token or not port.isdigit():
        print("Set ACTIONS_TOKEN (a secret shared with Rasa) and ACTIONS_PORT (a free port).", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        app = build_app(ROOT, token)
    except (ContentError, MissingWords) as fault:
        print(fault, file=sys.stderr)
        return 1
    uvicorn.run(app, host=HOST, port=int(port), access_log=False, log_level="warning")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
