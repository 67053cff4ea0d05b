"""The real programs that scenarios run against: where they are, and which dialect they speak."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import engine
from engine.programs.program_specs import PROGRAMS
from engine.units import MINUTE
from wptest.subject.dialect import DIALECTS, WPTEST, Dialect, dialect_of

OURS = Path(engine.__file__).parent / "programs" / "bin"
LONGEST = MINUTE
_ASKED = "wprescue"
_PATIENCE = 10  # seconds for an answer to --version or --help
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class NoProgramsError(Exception):
    """There are no programs to run, or none whose dialect is known."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Programs in one directory.

    Attributes:
        directory: where they are.
        given: the directory as somebody named it; empty for our own programs.
        names: those that there are.
        speaks: the name of their dialect.
        longest: scenarios that take longer, in nanoseconds, are not run.
    """

    directory: Path
    given: str
    names: frozenset[str]
    speaks: str = WPTEST.name
    longest: int = LONGEST

    @property
    def dialect(self) -> Dialect:
        """What they speak."""
        return next(each for each in DIALECTS if each.name == self.speaks)


def find_programs(given: str = "", longest: int = LONGEST) -> Programs:
    """The programs in a directory, asked what they speak; without one, our own.

    Raises:
        NoProgramsError: there are none, or it is not known how to speak to them.
    """
    if not given:
        return Programs(OURS, given, frozenset(PROGRAMS), longest=longest)
    directory = Path(given).absolute()
    names = frozenset(name for name in PROGRAMS if os.access(directory / name, os.X_OK))
    if _ASKED not in names:
        found = f"only {', '.join(sorted(names))}" if names else "none of the four programs"
        raise NoProgramsError(f"{given} has no {_ASKED} that can be executed: there is {found}")
    return Programs(directory, given, names, _ask(directory / _ASKED).name, longest)


def versions_of(programs: Programs) -> dict[str, str]:
    """The first line of each program's `--version`, and the machine that they ran on.

    Raises:
        NoProgramsError: one doesn't answer.
    """
    said = {name: said_by(programs.directory / name, "--version") for name in sorted(programs.names)}
    found = {name: next((line for line in text.splitlines() if line.strip()), "") for name, text in said.items()}
    return found | {"os": f"{platform.system()}, {platform.machine()}"}


def environment(programs: Programs) -> dict[str, str]:
    """The variables with which the programs find each other, print no colours, and ours find their Python."""
    path = f"{programs.directory}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": path, "WPTEST_PYTHON": sys.executable, "NO_COLOR": "1"}


def _listed(dialect: Dialect) -> str:
    return " or ".join(", ".join(sorted(listing)) for listing in dialect.listings)


def _ask(binary: Path) -> Dialect:
    version, help_text = said_by(binary, "--version"), said_by(binary, "--help")
    dialect = dialect_of(version, help_text)
    if dialect is None:
        known = "; ".join(f"{each.name}: {_listed(each)}" for each in DIALECTS)
        message = f"the dialect of {binary} is not known: its --help names none of these sets of modes: {known}"
        raise NoProgramsError(message)
    return dialect


def said_by(binary: Path, question: str) -> str:
    """What a program prints when it is asked; all that it has started ends with it.

    Raises:
        NoProgramsError: it can't be executed, or does not answer.
    """
    try:
        with _started(binary, question) as process:
            return "\n".join(process.communicate(timeout=_PATIENCE))
    except OSError as error:
        raise NoProgramsError(f"{binary} can't be executed: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise NoProgramsError(f"{binary} {question} has not answered within {_PATIENCE} s") from None


@contextmanager
def _started(binary: Path, question: str) -> Iterator[subprocess.Popen[str]]:
    """The program in a process group of its own, which is killed however this ends.

    No signal ends us between its start and the moment from which we know it. It has them put off as well, which is
    no matter: what kills it can't be put off.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        process = subprocess.Popen(  # noqa: S603 - what somebody wants to be tested
            [binary, question],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=os.environ | {"WPTEST_PYTHON": sys.executable},
            process_group=0,
        )
    except BaseException:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        raise
    with process:
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            yield process
        finally:
            with suppress(ProcessLookupError, PermissionError):  # nobody is left of it
                os.killpg(process.pid, signal.SIGKILL)
