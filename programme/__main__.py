"""`python -m programme preview M4 [--sms] [--es]` shows a module as a patient would meet it; `lint` checks all content."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from programme import lint
from programme.errors import ContentError
from programme.loading import load_programme
from programme.preview import preview


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m programme", description=__doc__)
    parser.add_argument("--content", type=Path, default=Path("clinical/programme"), help="the folder with the modules")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("preview", help="show a module as a patient would meet it")
    show.add_argument("module", help="for example M4")
    show.add_argument("--sms", action="store_true", help="as on a phone")
    show.add_argument("--es", action="store_true", help="in Spanish, where there is Spanish")
    commands.add_parser("lint", help="check every text and every path")
    chosen = parser.parse_args(arguments)
    if chosen.command == "lint":
        return lint.main([str(chosen.content)])
    try:
        programme = load_programme(chosen.content)
        print(preview(programme, chosen.module, "sms" if chosen.sms else "web", "es" if chosen.es else "en"))
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
