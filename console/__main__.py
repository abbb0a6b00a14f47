"""`python -m console add EMAIL NAME`: a clinician's account. The password is asked for, or read from standard input."""

from __future__ import annotations

import getpass
import sys

from store import StoreError, open_store, read_settings
from store.clinicians import add_clinician
from store.schema import require_current

USAGE = "usage: python -m console add EMAIL NAME"


def main(arguments: list[str]) -> int:
    if len(arguments) != 3 or arguments[0] != "add":
        print(USAGE, file=sys.stderr)
        return 2
    _, email, name = arguments
    try:
        store = open_store(read_settings())
        require_current(store.engine)
        password = _password()  # before the transaction: nobody waits for somebody typing
        with store.write() as session:
            clinician = add_clinician(session, email=email, name=name, password=password)
    except StoreError as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"{clinician.name} can log in as {clinician.email}.")
    return 0


def _password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
