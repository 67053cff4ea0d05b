"""`python -m mutants.looking`: which lines of the engine each file of scenarios or tests reaches, as JSON lines."""

from __future__ import annotations

import json
import os
import pkgutil
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import coverage
import pytest

import engine
from mutants.reach import LOOKS_AT_ONCE, NOTHING_TO_RUN
from wptest.cli import run_command_line

_Seen = dict[str, object]


def main(arguments: Sequence[str]) -> int:
    """Take where to write, how many processes, a `Look.within`, the files, `--`, and the command for each of them.

    The command is one of `wptest` or `pytest`, and begins with this word.
    """
    path, workers, within, *rest = arguments
    if LOOKS_AT_ONCE:
        os.environ.setdefault("COVERAGE_CORE", "sysmon")
    files, command = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
    _import_all()
    failed = running = 0
    for file in files:
        if running == int(workers):
            failed |= os.wait()[1]
            running -= 1
        # A process for each file: what another has left in a cache would hide what this one reaches.
        if not os.fork():
            _tell(Path(path), _look(command, file, within))
        running += 1
    for _ in range(running):
        failed |= os.wait()[1]
    return int(failed != 0)


def _tell(path: Path, seen: _Seen) -> NoReturn:
    told = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    text = (json.dumps(seen) + "\n").encode()
    os._exit(0 if os.write(told, text) == len(text) else 1)


def _import_all() -> None:
    """What each of them needs; that an import executes something is known without a look."""
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if ".bin" not in module.name and "__main__" not in module.name:
            import_module(module.name)
    import_module("wptest.commands.run")
    import_module("wptest.play.runner")


def _look(command: Sequence[str], file: str, within: str) -> _Seen:
    with Path(os.devnull).open("w") as nowhere:
        for standard in (1, 2):
            os.dup2(nowhere.fileno(), standard)
    seeing = coverage.Coverage(data_file=None, config_file=False, source_pkgs=["engine"])
    began = time.process_time()
    code = _run_seen(seeing, command, file, within)
    seconds = time.process_time() - began
    data = seeing.get_data()
    root = Path.cwd()
    reached = {Path(path).relative_to(root).as_posix(): data.lines(path) for path in data.measured_files()}
    return {"file": file, "code": code, "seconds": seconds, "reached": reached}


def _run_seen(seeing: coverage.Coverage, command: Sequence[str], file: str, within: str) -> object:
    """Run it, and see what is executed: all of it, or what `within` does."""
    if not within:
        with seeing.collect():
            return _run(command, file)
    module, _, name = within.partition(":")
    function = getattr(import_module(module), name)

    def seen(*arguments: object) -> object:
        with seeing.collect():
            return function(*arguments)

    setattr(sys.modules[module], name, seen)
    return _run(command, file)


def _run(command: Sequence[str], file: str) -> object:
    """What the command ends with, as `wptest` would."""
    program, *words = command
    if program == "pytest":
        code = pytest.main([*words, "--assert=plain", file])  # what is imported can't be rewritten
        return NOTHING_TO_RUN if code == pytest.ExitCode.NO_TESTS_COLLECTED else int(code != 0)
    try:
        run_command_line([*words, file])
    except SystemExit as end:
        return end.code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
