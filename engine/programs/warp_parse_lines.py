"""Command lines as WarpParse 0.18 takes them (`dialect`): fewer modes and options than ours, and each option once.

What it has and we haven't (`wproj rule`, `wproj model`, `wpgen data check`) is unknown here, too. Which modes
`wprescue` has is a choice of its own, `recovery_modes`.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.programs.command import Command, parse_arguments
from engine.programs.program_specs import PROGRAMS, WORK_ROOT, ProgramName, ProgramSpec
from engine.text.mistake import Mistake

_PLACE = "-w --work-root"
_ENGINE = (
    "--work-root -m --mode -n --max-line -w --parse-workers -S --check-stop -s --check-continue --stat --robust "
    "-p --print_stat --log-profile --wpl"
)
_GENERATOR = f"{_PLACE} --wpl -c --conf-name -p --print_stat -n -s --stat"
_QUIET = "-q --quiet"
_STAT = f"{_PLACE} {_QUIET} --group --sink --path-like --json"
_TAKEN: Mapping[ProgramName, Mapping[str, str]] = {
    "wparse": dict.fromkeys(("daemon", "batch"), _ENGINE),
    "wprescue": dict.fromkeys(("daemon", "work", "batch"), _ENGINE),
    "wpgen": {
        "sample": _GENERATOR,
        "rule": _GENERATOR,
        "data clean": f"{_PLACE} -c --conf --local",
        **dict.fromkeys(("conf init", "conf check", "conf clean"), _PLACE),
    },
    "wproj": {
        "check": f"{_PLACE} {_QUIET} --what --console --fail-fast --json --only-fail",
        "init": f"{_PLACE} {_QUIET} -m --mode",
        **dict.fromkeys(("data stat", "data stat file", "data stat src-file", "data stat sink-file"), _STAT),
        "data validate": f"{_PLACE} {_QUIET} --input-cnt",
        "data clean": f"{_PLACE} {_QUIET} --local",
        "data check": f"{_PLACE} {_QUIET} --local",
        "rescue stat": f"{_PLACE} {_QUIET} -r --rescue-path -d --detail --json --csv",
    },
}


def in_warp_parse(program: ProgramName) -> ProgramSpec:
    """What one of its programs takes."""
    ours, taken = PROGRAMS[program], _TAKEN[program]
    by_mode = {}
    for mode, flags in taken.items():
        table = {**WORK_ROOT, **ours.options_of(mode)}
        by_mode[mode] = {flag: table[flag] for flag in flags.split()}
    return ProgramSpec(tuple(taken), {}, by_mode, no_effect=ours.no_effect, takes_each_once=True)


def why_refused(command: Command) -> str:
    """Why its programs don't take a command of a scenario; empty where they do."""
    try:
        parse_arguments(command.program, command.text.split()[1:], in_warp_parse(command.program))
    except Mistake as error:
        return str(error)
    return ""
