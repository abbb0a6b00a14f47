"""Starts `rasa run` inside Rasa's own environment (Python 3.10), with the token from the environment.

On the command line the token would be readable by everybody on this machine (`ps`).
"""

import os
import sys


def main() -> None:
    sys.argv = ["rasa", "run", "--auth-token", os.environ.pop("RASA_TOKEN"), *sys.argv[1:]]
    from rasa.__main__ import main as rasa  # type: ignore[import-not-found] # lives in the other environment

    rasa()


if __name__ == "__main__":
    main()
