"""python -m launch.month [maya]: four weeks of one patient in seconds, with what would be sent when, and why not more.

The real clock, programme, screen and record, over a database that is thrown away, with a time that runs fast. Nothing is
sent to anybody. Runs in the main environment; `make month PATIENT=ruth ARGS="--replies none"`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from launch.errors import SETTINGS_ERROR
from launch.month_life import REPLIES, Life, Plot, throwaway
from launch.month_report import Report
from programme import ContentError as ProgrammeError
from safety.errors import ContentError as SafetyError
from store.errors import SettingsError

DAYS = 28
FIRST_MONDAY_AT = 11  # the dose ends at eleven in the patient's morning
_SCRIPT = Path(__file__).with_name("demo.yml")


def main(arguments: Sequence[str]) -> int:
    script = yaml.safe_load(_SCRIPT.read_text("utf-8"))
    people = {person["id"]: person for person in script["patients"]}
    chosen = _parser(list(people)).parse_args([one for one in arguments if one])
    try:
        person, first = people[chosen.patient], _begins(chosen.begins, chosen.zone or people[chosen.patient]["timezone"], chosen.hour)
        plot = Plot(person, script["answers"], chosen.replies, _doses(chosen.doses), first, chosen.zone, chosen.time, chosen.channel)
        with tempfile.TemporaryDirectory(prefix="afterglow-month-") as folder, throwaway(Path(folder), plot) as life:
            report = Report(life, plot, sys.stdout)
            live(life, report, chosen.days)
    except (SettingsError, ProgrammeError, SafetyError, ValueError) as fault:
        print(" ".join(str(fault).split()), file=sys.stderr)
        return SETTINGS_ERROR
    return 0


def live(life: Life, report: Report, days: int) -> None:
    """From look to look; the evening of each day ends with why nothing more came."""
    report.heading()
    for number in range(days + 1):
        midnight = life.midnight(number)
        report.day(number, midnight)
        for moment in (life.evening(midnight), life.midnight(number + 1)):
            life.until(moment, report.happened)
            if moment != life.midnight(number + 1):
                report.why_not()
    report.summary()


def _parser(people: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make month PATIENT=… ARGS=…", description="Four weeks of a demo patient in seconds.")
    parser.add_argument("patient", nargs="?", default=people[0], choices=people, help="which demo patient (default: %(default)s)")
    parser.add_argument("--replies", default="all", choices=REPLIES, help="; ".join(f"{name}: {what}" for name, what in REPLIES.items()))
    parser.add_argument("--doses", default="0", metavar="0,7,14", help="on which days a dose is given (default: %(default)s)")
    parser.add_argument("--days", type=int, default=DAYS, help="how many days (default: %(default)s)")
    parser.add_argument("--zone", default="", help="another time zone, such as Europe/Madrid")
    parser.add_argument("--time", default="", choices=["", "morning", "midday", "evening"], help="the time of day the patient likes")
    parser.add_argument("--channel", default="sms", choices=["sms", "web"])
    parser.add_argument("--begins", default="", metavar="2026-03-02", help="the day of the first dose (default: the coming Monday)")
    parser.add_argument("--hour", type=int, default=FIRST_MONDAY_AT, help="when doses end, in the patient's time (default: %(default)s)")
    return parser


def _begins(written: str, zone: str, hour: int) -> datetime:
    today = datetime.now(ZoneInfo(zone))
    day = datetime.fromisoformat(written) if written else today + timedelta(days=(7 - today.weekday()) % 7)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _doses(written: str) -> tuple[int, ...]:
    if not all(part.strip().isdecimal() for part in written.split(",")):
        raise ValueError(f"--doses are days such as 0,7,14, not {written!r}.")
    return tuple(sorted({int(part) for part in written.split(",")}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
