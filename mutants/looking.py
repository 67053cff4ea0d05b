"""`python -m mutants.looking`: which lines of the engine each scenario file reaches, a JSON line for each."""

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

import engine
from wptest.cli import run_command_line

_Seen = dict[str, object]


def main(arguments: Sequence[str]) -> int:
    """Take where to write, how many processes, the files, `--`, and the command that is to have one of them."""
    path, workers, *rest = arguments
    if sys.version_info >= (3, 12):  # where each line tells of itself once, a look costs next to nothing
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
            _tell(Path(path), _look(command, file))
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


def _look(command: Sequence[str], file: str) -> _Seen:
    with Path(os.devnull).open("w") as nowhere:
        for standard in (1, 2):
            os.dup2(nowhere.fileno(), standard)
    seeing = coverage.Coverage(data_file=None, config_file=False, source_pkgs=["engine"])
    began = time.process_time()
    code: object = 0
    seeing.start()
    try:
        run_command_line([*command, file])
    except SystemExit as end:
        code = end.code
    finally:
        seeing.stop()
    seconds = time.process_time() - began
    data = seeing.get_data()
    root = Path.cwd()
    reached = {Path(path).relative_to(root).as_posix(): data.lines(path) for path in data.measured_files()}
    return {"file": file, "code": code, "seconds": seconds, "reached": reached}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
