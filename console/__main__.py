"""Accounts and labels from a terminal.

    python -m console add EMAIL NAME      a clinician's account; the password is asked for, or read from standard input
    python -m console admin EMAIL yes|no  may set the daily test of the alert and take labels out of the house
    python -m console labels              what was labelled, reviewed and kept, without its people, as JSON lines
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Mapping, Sequence

from store import Store, StoreError, open_store, read_settings
from store.audit import record_act
from store.base import utc_now
from store.clinicians import add_clinician, set_admin
from store.corpus import corpus_lines
from store.schema import require_current

Command = Callable[[Store, Sequence[str]], None]


def main(arguments: list[str]) -> int:
    name, *rest = arguments or ["help"]
    if name not in COMMANDS or len(rest) != COMMANDS[name][0]:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        store = open_store(read_settings())
        require_current(store.engine)
        COMMANDS[name][1](store, rest)
    except StoreError as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _add(store: Store, words: Sequence[str]) -> None:
    email, name = words
    password = _password()  # before the transaction: nobody waits for somebody typing
    with store.write() as session:
        clinician = add_clinician(session, email=email, name=name, password=password)
    print(f"{clinician.name} can log in as {clinician.email}.")


def _admin(store: Store, words: Sequence[str]) -> None:
    email, wish = words
    if wish not in {"yes", "no"}:
        raise StoreError("Say yes or no.")
    with store.write() as session:
        clinician = set_admin(session, email, wish == "yes")
    print(f"{clinician.name} is {'an' if clinician.admin else 'no'} admin of the console.")


def _labels(store: Store, _words: Sequence[str]) -> None:
    with store.write() as session:  # on record before the first line leaves
        record_act(session, None, None, "export_labels", utc_now(), "from the terminal")
    with store.read() as session:
        sys.stdout.writelines(corpus_lines(session))


def _password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


COMMANDS: Mapping[str, tuple[int, Command]] = {"add": (2, _add), "admin": (2, _admin), "labels": (0, _labels)}
"""How many words each takes, and what it does."""

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
