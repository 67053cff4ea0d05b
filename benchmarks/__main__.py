"""`python -m benchmarks`: measures everything in one run and prints a table of ratios.

Nothing here is a test: the exit code says whether the measurements could be taken, never how they came out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from benchmarks.against import measure_against
from benchmarks.measure import Row, Size
from benchmarks.table import table

_ALL = ("timers", "scenarios", "exploration", "replay", "programs", "plugin", "swarm", "commands")


def main() -> None:
    """Measure, print, and write the JSON file that was asked for."""
    arguments = _arguments()
    size = Size(quick=arguments.quick)
    if arguments.against:
        rows = measure_against(arguments.against, arguments.only or _ALL, _handed_on(arguments), arguments.pairs)
    else:
        rows = _measured(arguments.only or _ALL, size)
    machine = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "quick": size.quick,
    }
    print(f"Python {machine['python']}, {machine['system']}, {machine['cores']} cores\n")
    print(table(rows))
    if size.quick:
        print("\nA quick run shows that the benchmarks work; its figures mean nothing.")
    if arguments.json:
        report = {"machine": machine, "rows": [row.as_json() for row in rows]}
        arguments.json.write_text(json.dumps(report, indent=1) + "\n")


def _measured(names: Iterable[str], size: Size) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        # Late: each needs other packages, and code that another commit may not have.
        rows += import_module(f"benchmarks.{name}").__dict__[f"measure_{name}"](size)
    return rows


def _handed_on(arguments: argparse.Namespace) -> list[str]:
    """The options with which both commits are measured, but for what is measured."""
    return ["--quick"] if arguments.quick else []


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure wptest.")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it work at all?")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE as well")
    parser.add_argument("--only", action="append", choices=_ALL, help="measure only this; may be repeated")
    parser.add_argument("--against", metavar="REV", help="measure that commit as well, in turns, and compare")
    parser.add_argument("--pairs", type=int, default=5, metavar="N", help="so many times (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
