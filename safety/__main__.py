"""`python -m safety`: explain a verdict, or read many messages from JSON lines."""

from safety.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
