"""The `wptest` command, and `python -m wptest`: from the first moment on, a signal ends it without a traceback."""

from __future__ import annotations

import sys

from wptest.console.interrupt import Interrupted, listen


def main() -> None:
    """Run the command line and exit with its code."""
    listen()
    try:
        from wptest.cli import run_command_line  # noqa: PLC0415 - takes a while, in which signals may come
    except Interrupted as interrupt:
        sys.exit(128 + interrupt.number)
    run_command_line()


if __name__ == "__main__":
    main()
