"""What tasks need of a machine, and what they would come to something else without."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import engine
import wptest
from wptest.kept.installed import version
from wptest.play.job import Job
from wptest.play.scenario_inputs import inputs_of

# A machine's own; the others are those of the command, wherever its tasks are done.
_OF_MACHINE = frozenset(
    {"HOME", "HOSTNAME", "LD_LIBRARY_PATH", "PATH", "PWD", "PYTHONPATH", "TMPDIR", "VIRTUAL_ENV"}
)


class UnfitError(Exception):
    """Tasks can't be done on a machine, or would come to something else; the text says why."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What tasks need.

    Attributes:
        session: another one for each command that is given.
        directory: where it was given.
        environment: the variables there.
        programs: the versions of wptest and Python, and a digest of all that wptest is.
        files: a digest of each file that is run, by its path.
    """

    session: str
    directory: str
    environment: Mapping[str, str]
    programs: Mapping[str, str]
    files: Mapping[str, str]

    @classmethod
    def of(cls, jobs: Sequence[Job]) -> Surroundings:
        """Those of some jobs on this machine."""
        variables = {name: value for name, value in os.environ.items() if name not in _OF_MACHINE}
        return cls(os.urandom(8).hex(), str(Path.cwd()), variables, programs(), digests_of(jobs))

    def check(self) -> None:
        """See whether this machine has what is needed.

        Raises:
            UnfitError: it hasn't.
        """
        own = programs()
        for name, wanted in self.programs.items():
            if own[name] != wanted:
                raise UnfitError(f"it has {name} {own[name]}, and {wanted} is needed")
        for path, digest in self.files.items():
            if (found := _digest_of_file(Path(self.directory, path))) != digest:
                what = "another" if found else "no"
                raise UnfitError(f"it has {what} {path} in {self.directory}")


@lru_cache(maxsize=1)
def programs() -> Mapping[str, str]:
    """What results depend on, besides the files that are run."""
    tops = [Path(each.__path__[0]) for each in (engine, wptest)]
    files = ((path, path.relative_to(top.parent)) for top in tops for path in sorted(top.rglob("*.py")))
    code = blake2b(digest_size=8)
    for path, name in files:
        code.update(f"{name} {_digest_of_file(path)}\n".encode())
    return {"wptest": version(), "Python": platform.python_version(), "the code": code.hexdigest()}


def digests_of(jobs: Iterable[Job]) -> Mapping[str, str]:
    """A digest of each file that the jobs are made of, by its path."""
    return {str(path): _digest_of_file(path) for path in dict.fromkeys(_files_of(jobs))}


def _files_of(jobs: Iterable[Job]) -> Iterator[Path]:
    seen = set[Path]()
    for job in jobs:
        if job.path in seen:
            continue
        seen.add(job.path)
        yield job.path
        inputs = inputs_of(job)
        yield from sorted(path for path in inputs.files if path.name == "conftest.py" and path.is_file())
        yield from sorted(path for top in inputs.directories for path in top.rglob("*") if path.is_file())


def _digest_of_file(path: Path) -> str:
    """A digest, empty where there is no such file."""
    try:
        return blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""
