"""`python -m wptest`: the same as the `wptest` command."""

from __future__ import annotations

from wptest.cli import main

if __name__ == "__main__":
    main()
