"""What `--help` of a real program prints."""

from __future__ import annotations

from collections.abc import Mapping

from engine.programs.program_specs import PROGRAMS, OptionKind, ProgramName

_MODES: Mapping[str, str] = {
    "wparse daemon": "read input, route it to the sinks, rescue what a sink can't take; until a signal",
    "wparse batch": "the same, until the end of the input",
    "wprescue daemon": "replay rescue files, newest first; until a signal",
    "wprescue work": "the same, until nothing is left to replay",
    "wprescue batch": "the same as work",
    "wpgen sample": "write sample lines to the input file, which is emptied first",
    "wpgen rule": "the same as sample, as no rule is run here",
    "wpgen data clean": "remove the input file",
    "wpgen conf init": "write conf/wpgen.toml, if it isn't there",
    "wpgen conf check": "say whether conf/wpgen.toml can be read",
    "wpgen conf clean": "rename conf/wpgen.toml to conf/wpgen.toml.bak",
    "wproj check": "say what the project is, and what is odd about it",
    "wproj init": "make a small project where there is none, and the directories of data",
    "wproj stat file": "count the lines of the input and of every sink",
    "wproj data stat": "the same as stat file",
    "wproj data stat file": "the same as stat file",
    "wproj data stat src-file": "count the lines of the input",
    "wproj data stat sink-file": "count the lines of every sink",
    "wproj validate sink-file": "judge the project's expectations",
    "wproj data validate": "the same as validate sink-file",
    "wproj data check": "say how many sources are read",
    "wproj data clean": "remove targets, rescue files, quarantine and the checkpoint",
    "wproj rescue stat": "count the lines of rescue files, and those that still wait",
    "wproj rescue unlock": "take the .lock off rescue files whose writer is dead",
}
_UNTIL: Mapping[str, str] = {
    "wparse daemon": "until a signal",
    "wparse batch": "until the end of the input",
    "wprescue daemon": "until a signal",
    "wprescue work": "until nothing is left to replay",
    "wprescue batch": "like work",
    "wpgen sample": "until all its lines are written",
    "wpgen rule": "until all its lines are written",
    "wpgen data clean": "until the input is gone",
    "wpgen conf init": "until conf/wpgen.toml is there",
    "wpgen conf check": "until it has read conf/wpgen.toml",
    "wpgen conf clean": "until conf/wpgen.toml is gone",
}
_STANDS_FOR: Mapping[str, frozenset[str]] = {
    "work": frozenset({"once", "one_shot", "oneshot", "single", "replay", "recover", "drain", "all"}),
    "batch": frozenset({"once", "one_shot", "oneshot", "single", "parse", "file", "all", "work"}),
    "daemon": frozenset(
        {"service", "server", "serve", "forever", "loop", "watch", "start", "background", "follow"}
    ),
    "sample": frozenset({"gen", "generate", "write", "once", "create", "make", "batch"}),
}
_OPTIONS: Mapping[str, str] = {
    "stat": "report figures every N seconds (default: 60, or STAT_SEC)",
    "robust": "debug, normal or strict, instead of the project's mode",
    "print_stat": "print figures on standard output",
    "speed": "write N lines a second (default: all at once)",
    "wpl": "make lines of the samples below it, where real versions are asked for (generated_input=added)",
    "work_root": "the project's directory (default: the current one)",
    "json": "print JSON",
    "csv": "print a line for each file, after one with the names of the columns",
    "verbose": "stat: lines that wait; validate: the evidence",
    "input_count": "so many lines went in, whatever the input file has",
    "rescue_path": "another directory of the project",
    "init_mode": "make a part of it only: model, conf, topology or data",
    "groups": "only groups with this in their names; may be given again",
    "sinks": "only sinks with this in their names; may be given again",
    "conf": "go by another file of conf/, where real versions are asked for (generated_input=added)",
    "what": "look at these parts only, where real versions are asked for (dialect=warp_parse)",
    "console": "print no summary, where real versions are asked for (dialect=warp_parse)",
    "path_like": "only sinks with this in their targets' paths",
    "detail": "a line for each file instead of one for each sink",
}
_VALUES: Mapping[OptionKind, str] = {
    "count": " N",
    "seconds": " N",
    "path": " PATH",
    "inside": " DIR",
    "text": " MODE",
    "part": " TEXT",
    "names": " NAME",
    "init_mode": " MODE",
    "flag": "",
}
_COUNTS: Mapping[str, str] = {
    "wparse": "read at most N lines",
    "wpgen": "write N lines (default: 10000, or LINE_CNT)",
}


def what_modes_do(name: ProgramName, word: str) -> str | None:
    """The mode that a word stands for that is none, and what it does; else what each does, where they are few."""
    modes = PROGRAMS[name].modes
    meant = next((mode for mode in modes if word.casefold() in _STANDS_FOR.get(mode, ())), None)
    if meant is not None:
        return f"did you mean '{meant}'? It works {_UNTIL[f'{name} {meant}']}"
    told = [f"{mode} works {_UNTIL[f'{name} {mode}']}" for mode in modes if f"{name} {mode}" in _UNTIL]
    return ", ".join(told) or None


def help_text(name: ProgramName) -> str:
    """Modes and options of one program."""
    spec = PROGRAMS[name]
    modes = [(f"{name} {mode}", _MODES.get(f"{name} {mode}", "")) for mode in spec.modes]
    options = [("-w, --work-root DIR", _OPTIONS["work_root"])]
    table = {flag: option for mode in spec.modes for flag, option in spec.options_of(mode).items()}
    useful = {option: kind for option, kind in table.values() if option not in spec.no_effect | {"work_root"}}
    for option, kind in useful.items():
        flags = ", ".join(flag for flag, (other, _) in table.items() if other == option)
        options.append((flags + _VALUES[kind], _OPTIONS.get(option, _COUNTS.get(name, ""))))
    width = max(len(left) for left, _ in modes + options)
    lines = [f"{left:{width}}  {right}".rstrip() for left, right in modes]
    lines += ["", *(f"{left:{width}}  {right}".rstrip() for left, right in options)]
    unused = [flag for flag, (option, _) in table.items() if option in spec.no_effect]
    return "\n".join([*lines, *(["", f"read, and without effect: {', '.join(unused)}"] if unused else [])])
