"""What each of the four programs takes: its modes, and the options of each.

The options are those of facts page section 8, plus the seed's `daemon` and `work` modes. Some of them are read and
have no effect, because what they set doesn't exist here; scripts that give them run all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

ProgramName = Literal["wparse", "wprescue", "wpgen", "wproj"]
OptionKind = Literal["count", "seconds", "path", "inside", "text", "part", "names", "init_mode", "flag"]
OptionTable = Mapping[str, tuple[str, OptionKind]]


@dataclass(frozen=True, slots=True)
class ProgramSpec:
    """What one program takes: its modes (sub-commands) and, for each option, its long name and kind.

    `by_mode` has the options that one mode takes and others don't; `no_effect` names those that are read and then
    forgotten. Of an option that is given again the last one counts, unless it `takes_each_once`.
    """

    modes: tuple[str, ...]
    options: OptionTable
    by_mode: Mapping[str, OptionTable] = field(default_factory=lambda: MappingProxyType({}))
    no_effect: frozenset[str] = frozenset()
    takes_each_once: bool = False

    def options_of(self, mode: str) -> OptionTable:
        """Every option that a mode takes."""
        return {**self.options, **self.by_mode.get(mode, {})}


INIT_MODES = ("normal", "full", "model", "conf", "topology", "data")

_COMMON: OptionTable = {
    "--stat": ("stat", "seconds"),
    "--robust": ("robust", "text"),
    "-p": ("print_stat", "flag"),
    "--print_stat": ("print_stat", "flag"),
    "--wpl": ("wpl", "path"),
}
_PIPELINE: OptionTable = {
    **_COMMON,
    "-n": ("count", "count"),
    "--max-line": ("count", "count"),
    "-m": ("parse_mode", "text"),
    "--mode": ("parse_mode", "text"),
    "-w": ("workers", "count"),
    "--parse-workers": ("workers", "count"),
    "-S": ("check_stop", "count"),
    "--check-stop": ("check_stop", "count"),
    "-s": ("check_continue", "count"),
    "--check-continue": ("check_continue", "count"),
    "--log-profile": ("log_profile", "text"),
}
_GENERATOR: OptionTable = {
    **_COMMON,
    "-n": ("count", "count"),
    "-s": ("speed", "count"),
    "-c": ("conf", "path"),
    "--conf-name": ("conf", "path"),
}
_UNUSED = frozenset({"wpl", "parse_mode", "workers", "check_stop", "check_continue", "log_profile"})
WORK_ROOT: OptionTable = {"-w": ("work_root", "path"), "--work-root": ("work_root", "path")}
_JSON: OptionTable = {"--json": ("json", "flag")}
_VERBOSE: OptionTable = {"-v": ("verbose", "flag"), "--verbose": ("verbose", "flag")}
_SOME_SINKS: OptionTable = {
    "--group": ("groups", "names"),
    "--sink": ("sinks", "names"),
    "--path-like": ("path_like", "part"),
}
_STAT: OptionTable = {**_JSON, **_VERBOSE, **_SOME_SINKS}
_VALIDATE: OptionTable = {"--input-cnt": ("input_count", "count"), **_JSON, **_VERBOSE}
_RESCUE_STAT: OptionTable = {
    "-r": ("rescue_path", "inside"),
    "--rescue-path": ("rescue_path", "inside"),
    "-d": ("detail", "flag"),
    "--detail": ("detail", "flag"),
    **_JSON,
    "--csv": ("csv", "flag"),
}
_LOCAL: OptionTable = {"--local": ("local", "flag")}
_WPROJ: Mapping[str, OptionTable] = {
    "check": {
        **_JSON,
        "--what": ("what", "text"),
        "--console": ("console", "flag"),
        "--fail-fast": ("fail_fast", "flag"),
        "--only-fail": ("only_fail", "flag"),
    },
    "init": {"-m": ("init_mode", "init_mode"), "--mode": ("init_mode", "init_mode")},
    "stat file": _STAT,
    "data stat": _STAT,
    "data stat file": _STAT,
    "data stat src-file": _STAT,
    "data stat sink-file": _STAT,
    "validate sink-file": _VALIDATE,
    "data validate": _VALIDATE,
    "data clean": _LOCAL,
    "data check": _LOCAL,
    "rescue stat": _RESCUE_STAT,
    "rescue unlock": {},
}
_WPGEN: Mapping[str, OptionTable] = {
    "sample": _GENERATOR,
    "rule": _GENERATOR,
    "data clean": {"-c": ("conf", "path"), "--conf": ("conf", "path"), **_LOCAL},
    "conf init": {},
    "conf check": {},
    "conf clean": {},
}

PROGRAMS: Mapping[ProgramName, ProgramSpec] = {
    "wparse": ProgramSpec(("daemon", "batch"), _PIPELINE, no_effect=_UNUSED),
    "wprescue": ProgramSpec(("daemon", "work", "batch"), _PIPELINE, no_effect=_UNUSED | {"count"}),
    "wpgen": ProgramSpec(tuple(_WPGEN), {}, _WPGEN, no_effect=frozenset({"stat", "print_stat", "local"})),
    "wproj": ProgramSpec(
        tuple(_WPROJ),
        {**WORK_ROOT, "-q": ("quiet", "flag"), "--quiet": ("quiet", "flag")},
        _WPROJ,
        no_effect=frozenset({"quiet", "fail_fast", "only_fail", "local"}),
    ),
}
