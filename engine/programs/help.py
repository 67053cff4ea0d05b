"""What `--help` of a real program prints."""

from __future__ import annotations

from collections.abc import Mapping

from engine.programs.command import PROGRAMS, ProgramName

_MODES: Mapping[str, str] = {
    "wparse daemon": "read input, route it to the sinks, rescue what a sink can't take; until a signal",
    "wparse batch": "the same, until the end of the input",
    "wprescue daemon": "replay rescue files, newest first; until a signal",
    "wprescue work": "the same, until nothing is left to replay",
    "wprescue batch": "the same as work",
    "wpgen sample": "write sample lines to the input file, which is emptied first",
    "wproj rescue unlock": "take the .lock off rescue files whose writer is dead",
}
_OPTIONS: Mapping[str, str] = {
    "stat": "report figures every N seconds (default: 60, or STAT_SEC)",
    "robust": "debug, normal or strict, instead of the project's mode",
    "print_stat": "print figures on standard output",
    "speed": "write N lines a second (default: all at once)",
    "work_root": "the project's directory (default: the current one)",
}
_COUNTS: Mapping[str, str] = {
    "wparse": "read at most N lines",
    "wpgen": "write N lines (default: 10000, or LINE_CNT)",
}


def help_text(name: ProgramName) -> str:
    """Modes, options and exit codes of one program."""
    spec = PROGRAMS[name]
    modes = [(f"{name} {mode}", _MODES.get(f"{name} {mode}", "")) for mode in spec.modes]
    options = [("--work-root DIR", _OPTIONS["work_root"])]
    unused = []
    for flag, (option, kind) in spec.options.items():
        if option in spec.no_effect:
            unused.append(flag)
        else:
            value = {"flag": "", "text": " MODE", "path": " PATH"}.get(kind, " N")
            options.append((flag + value, _OPTIONS.get(option, _COUNTS.get(name, ""))))
    width = max(len(left) for left, _ in modes + options)
    lines = [f"{left:{width}}  {right}".rstrip() for left, right in modes]
    lines += ["", *(f"{left:{width}}  {right}".rstrip() for left, right in options)]
    if unused:
        lines += ["", f"read, and without effect: {', '.join(unused)}"]
    return "\n".join(lines)
