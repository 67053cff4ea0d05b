"""`python -m benchmarks`: measures everything in one run and prints a table of ratios.

Nothing here is a test: the exit code says whether the measurements could be taken, never how they came out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from benchmarks.against import measure_against
from benchmarks.exploration import measure_exploration
from benchmarks.measure import Row, Size
from benchmarks.plugin import measure_plugin
from benchmarks.programs import measure_programs
from benchmarks.replay import measure_replay
from benchmarks.scenarios import measure_scenarios
from benchmarks.table import table
from benchmarks.timers import measure_timers

_ALL: Mapping[str, Callable[[Size], list[Row]]] = {
    "timers": measure_timers,
    "scenarios": measure_scenarios,
    "exploration": measure_exploration,
    "replay": measure_replay,
    "programs": measure_programs,
    "plugin": measure_plugin,
}


def main() -> None:
    """Measure, print, and write the JSON file that was asked for."""
    arguments = _arguments()
    size = Size(quick=arguments.quick)
    if arguments.against:
        rows = measure_against(arguments.against, _handed_on(arguments), arguments.pairs)
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
        rows += _ALL[name](size)
    return rows


def _handed_on(arguments: argparse.Namespace) -> list[str]:
    """The options with which both commits are measured."""
    options = [word for name in arguments.only or () for word in ("--only", name)]
    return [*options, "--quick"] if arguments.quick else options


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure wptest.")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it work at all?")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE as well")
    parser.add_argument("--only", action="append", choices=tuple(_ALL), help="measure only this; may be repeated")
    parser.add_argument("--against", metavar="REV", help="measure that commit as well, in turns, and compare")
    parser.add_argument("--pairs", type=int, default=5, metavar="N", help="so many times (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
