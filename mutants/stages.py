"""What is to kill a mutant, stage by stage: what breaks a promise first, and the quicker before the slower."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, final

from mutants.mutant import Mutant
from mutants.reach import LOOKS_AT_ONCE, Look, Reach

PATIENCE = 5  # times as long as a stage takes without a mutant, which is what a look takes with the older coverage
_PYTEST = ("pytest", "-q", "-p", "no:cacheprovider")
_RUN = ("wptest", "run", "-q", "--no-store")
_NOT_LARGE = ("--tag", "!soak", "--tag", "!volume")
_REFERENCE = Look("scenarios", (*_RUN, *_NOT_LARGE))
_LARGE = Look("large", (*_RUN, "--tag", "soak,volume"))
# Variants that differ in nothing but where they stop are explored alike: twenty of them take as long as all else.
_EXPLORING = ("--explore", "quick", "-k", "not checkpoint-resume or (stop-KILL and sent-100)")
_EXPLORED = Look("exploration", (*_RUN, *_NOT_LARGE, *_EXPLORING), within="wptest.play.after_pass:explore_too")
_AS_OTHERS = tuple(
    Look(f"as-{name}", (*_RUN, *_NOT_LARGE, "--behaviour", name), must_pass=False)
    for name in ("seed", "wp-motor-1.17")
)
# On a file of SQLite itself, which is there wherever Python is: some can't be run so, and prove nothing.
_ON_SQLITE = Look(
    "sqlite", (*_RUN, *_NOT_LARGE, "--server", "sqlite"), must_pass=False, below=("scenarios/databases",)
)
# The shipped scenarios that are to catch each planted fault: what a wrong choice does is executed nowhere else.
_PLANTED = Look("planted", _PYTEST, below=("tests/integration",), pattern="test_planted_faults.py")
# Those of `tests/e2e` start processes, in which nobody looks.
_TESTED = ("tests/unit", "tests/property", "tests/recordings", "tests/integration")
_TESTS = Look("tests", _PYTEST, below=_TESTED, pattern="test_*.py")
# The quickest that real processes can run: a mutant in what they alone execute gets no farther.
_ON_PROCESSES = ("blank-and-empty", "broken-projects", "newest-file-first", "poison-line", "what-wproj-reports")
_PROCESSES = ("-m", "wptest", "run", "-x", "-q", "--no-store", "--subject", "process")
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
    """The files that execute the changed statement, in the way of `look`."""

    look: Look

    def command(self, mutant: Mutant, root: Path, reach: Reach) -> Command | None:
        """See `Stage`."""
        del root
        files = reach.files(self.look, mutant, passing=True)
        return Command(("-m", *self.look.command, "-x", *files), _patience(files)) if files else None


@final
@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A stage for what none of the `looks` executes, or the import does: the rest is noticed where it is executed.

    A stage that is dear, and executes the most of what others do, would find nothing else for it.
    """

    stage: Stage
    looks: tuple[Look, ...]

    def command(self, mutant: Mutant, root: Path, reach: Reach) -> Command | None:
        """See `Stage`."""
        reached = not reach.by_import(mutant) and any(reach.files(look, mutant) for look in self.looks)
        return None if reached else self.stage.command(mutant, root, reach)


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
        return Command(words, sum(map(_patience, found))) if names else None


STAGES: Mapping[str, Stage] = {
    "scenarios": Reaching(_REFERENCE),
    "large": Reaching(_LARGE),
    "exploration": Reaching(_EXPLORED),
    "planted": Elsewhere(Reaching(_PLANTED), (_REFERENCE,)),
    "sqlite": Elsewhere(Reaching(_ON_SQLITE), (_REFERENCE,)),
    "processes": Elsewhere(Whole((*_PROCESSES, *_FILES)), (_REFERENCE, _PLANTED, _ON_SQLITE)),
    "judged": Traces(_AS_OTHERS, ("--judged",)),
    "traces": Traces((_REFERENCE, *_AS_OTHERS)),
    "tests": Reaching(_TESTS),
    "e2e": Whole(("-m", *_PYTEST, "-x", "tests/e2e")),
}

# What does all that the other does, and looks at more of it: who isn't noticed there isn't noticed here.
PART_OF: Mapping[str, str] = {"judged": "traces"}

# What is told together: a promise that is broken says more than something that happens otherwise.
_BY_VERDICT = ("scenarios", "large", "exploration", "planted", "sqlite", "processes", "judged")
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "by a verdict of the shipped scenarios": _BY_VERDICT,
    "by them and their kept traces": (*_BY_VERDICT, "traces"),
    "by anything": tuple(STAGES),
}


def _patience(files: Mapping[str, float]) -> float:
    """How many seconds a command may compute with what was looked at in so many."""
    return sum(files.values()) * (PATIENCE if LOOKS_AT_ONCE else 1)


@cache
def _scenarios(file: Path) -> Sequence[str]:
    """The names of the scenarios of a file."""
    return re.findall(r"^scenario: *([\w.-]+)", file.read_text(encoding="utf-8"), re.MULTILINE)
