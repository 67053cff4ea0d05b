"""What is to kill a mutant, stage by stage: what breaks a promise first, and the quicker before the slower."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, final

from mutants.mutant import Mutant
from mutants.reach import Look, Reach

_PYTEST = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider")
_RUN = ("run", "-q", "--no-store")
_NOT_LARGE = ("--tag", "!soak", "--tag", "!volume")
_REFERENCE = Look("scenarios", (*_RUN, *_NOT_LARGE))
_LARGE = Look("large", (*_RUN, "--tag", "soak,volume"))
_EXPLORED = Look("exploration", (*_RUN, *_NOT_LARGE, "--explore", "quick"))
_AS_OTHERS = tuple(
    Look(f"as-{name}", (*_RUN, *_NOT_LARGE, "--behaviour", name), must_pass=False)
    for name in ("seed", "wp-motor-1.17")
)
# The quickest that real processes can run: a mutant in what they alone execute gets no farther.
_ON_PROCESSES = ("blank-and-empty", "broken-projects", "newest-file-first", "poison-line", "what-wproj-reports")
_FILES = tuple(f"scenarios/{name}.wptest.yaml" for name in _ON_PROCESSES)


@dataclass(frozen=True, slots=True)
class Command:
    """The words of a Python command; `limit` is how many seconds it may compute, None if nobody has seen it yet."""

    words: tuple[str, ...]
    limit: float | None = None


class Stage(Protocol):
    """Makes the command that a mutant is tried with."""

    def command(self, mutant: Mutant, root: Path, reach: Reach) -> Command | None:
        """None if nothing in this stage could notice the mutant."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Whole:
    """The same for all mutants."""

    words: tuple[str, ...]

    def command(self, mutant: Mutant, root: Path, reach: Reach) -> Command | None:
        """See `Stage`."""
        del mutant, root, reach
        return Command(self.words)


@final
@dataclass(frozen=True, slots=True)
class Reaching:
    """The scenario files that execute the changed statement, in the way of `look`, but several times quicker."""

    look: Look

    def command(self, mutant: Mutant, root: Path, reach: Reach) -> Command | None:
        """See `Stage`."""
        del root
        files = reach.files(self.look, mutant)
        return Command(("-m", "wptest", *self.look.command, "-x", *files), sum(files.values())) if files else None


@final
@dataclass(frozen=True, slots=True)
class Traces:
    """Whether the scenarios that execute the changed statement do just what they did, in the way of any look.

    `options` say what of it counts.
    """

    looks: tuple[Look, ...]
    options: tuple[str, ...] = ()

    def command(self, mutant: Mutant, root: Path, reach: Reach) -> Command | None:
        """See `Stage`."""
        found = [reach.files(look, mutant) for look in self.looks]
        files = sorted(set().union(*found))
        names = sorted({name for file in files for name in _scenarios(root / file)})
        words = ("-m", "wptest", "traces", "scenarios", *self.options, "-x", "-k", " or ".join(names))
        return Command(words, sum(sum(each.values()) for each in found)) if names else None


@final
@dataclass(frozen=True, slots=True)
class Near:
    """The tests that import the changed module."""

    words: tuple[str, ...]

    def command(self, mutant: Mutant, root: Path, reach: Reach) -> Command | None:
        """See `Stage`."""
        del reach
        near = tests_near(root, mutant.path)
        return Command((*self.words, *near)) if near else None


STAGES: Mapping[str, Stage] = {
    "scenarios": Reaching(_REFERENCE),
    "large": Reaching(_LARGE),
    "exploration": Reaching(_EXPLORED),
    "processes": Whole(("-m", "wptest", "run", *_FILES, "-x", "-q", "--no-store", "--subject", "process")),
    "judged": Traces(_AS_OTHERS, ("--judged",)),
    "traces": Traces((_REFERENCE, *_AS_OTHERS)),
    "near": Near(_PYTEST),
    "unit": Whole((*_PYTEST, "tests/unit")),
    "suite": Whole((*_PYTEST, "tests/property", "tests/recordings", "tests/integration", "tests/e2e")),
}

# What is told together: a promise that is broken says more than something that happens otherwise.
_BY_VERDICT = ("scenarios", "large", "exploration", "processes", "judged")
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "by a verdict of the shipped scenarios": _BY_VERDICT,
    "by them and their kept traces": (*_BY_VERDICT, "traces"),
    "by anything": tuple(STAGES),
}


def tests_near(root: Path, path: str) -> list[str]:
    """The tests below `root` that import the module at `path`, by their own paths."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    package, _, name = module.rpartition(".")
    imports = re.compile(rf"\b{re.escape(module)}\b|from {re.escape(package)} import .*\b{re.escape(name)}\b")
    files = sorted((root / "tests").rglob("test_*.py"))
    return [str(each.relative_to(root)) for each in files if imports.search(each.read_text(encoding="utf-8"))]


@cache
def _scenarios(file: Path) -> Sequence[str]:
    """The names of the scenarios of a file."""
    return re.findall(r"^scenario: *([\w.-]+)", file.read_text(encoding="utf-8"), re.MULTILINE)
