"""Another commit, measured beside this one: the same benchmarks in both, in turns, and what came of each pair."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measure import Row

_HERE = Path(__file__).parent.parent
COMMANDS = "commands"
Figures = Mapping[str, tuple[float, str]]  # by subject, with its unit


def measure_against(revision: str, names: Iterable[str], options: Sequence[str], pairs: int) -> list[Row]:
    """Run `python -m benchmarks` with these options in both: the rows that both have, medians of so many pairs.

    Both run in this environment, each with its own code: what other packages cost is the same for both. Each is
    measured by its own benchmarks, but whole commands by those of this commit, which know nothing of the code.

    Raises:
        subprocess.CalledProcessError: there is no such commit, or its benchmarks don't run.
    """
    with _checked_out(revision) as there:
        own = [name for name in names if name != COMMANDS]
        asked = [_Asked(own, options)] if own else []
        asked += [_Asked([COMMANDS], options, ours=True)] if COMMANDS in names else []
        taken = [_pair(there, asked, here_first=number % 2 == 1) for number in range(pairs)]
    subjects = [subject for subject in taken[0][0] if all(subject in other for _, other in taken)]
    return [_row(subject, revision, taken) for subject in subjects]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is measured in both; `ours` says that it is by the benchmarks of this commit."""

    names: Sequence[str]
    options: Sequence[str]
    ours: bool = False

    def words(self) -> Iterator[str]:
        for name in self.names:
            yield from ("--only", name)
        yield from self.options


def _pair(there: Path, asked: Sequence[_Asked], *, here_first: bool) -> tuple[Figures, Figures]:
    """What this commit takes, and the other one: who is first, goes by turns."""
    if here_first:
        return _figures(_HERE, asked), _figures(there, asked)
    other = _figures(there, asked)
    return _figures(_HERE, asked), other


def _row(subject: str, revision: str, taken: Sequence[tuple[Figures, Figures]]) -> Row:
    here = [ours[subject][0] for ours, _ in taken]
    there = [theirs[subject][0] for _, theirs in taken]
    ratio = median(ours / theirs for ours, theirs in zip(here, there, strict=True))
    unit = taken[0][0][subject][1]
    return Row(subject, median(here), unit, revision, median(there), of="ratio", of_pairs=ratio)


@contextmanager
def _checked_out(revision: str) -> Iterator[Path]:
    """The commit's files, in a directory that is gone afterwards."""
    with TemporaryDirectory(prefix="wptest-against-") as directory:
        place = Path(directory) / "there"
        _git("worktree", "add", "--quiet", "--detach", str(place), revision)
        try:
            yield place
        finally:
            _git("worktree", "remove", "--force", str(place))


def _git(*words: str) -> None:
    subprocess.run(["git", "-C", str(_HERE), *words], check=True)


def _figures(root: Path, asked: Sequence[_Asked]) -> Figures:
    """What the benchmarks say of the code of a directory, whatever is installed."""
    figures: dict[str, tuple[float, str]] = {}
    with TemporaryDirectory(prefix="wptest-against-") as directory:
        report = Path(directory) / "report.json"
        for each in asked:
            place = _alone(Path(directory)) if each.ours else root
            command = [sys.executable, "-m", "benchmarks", "--json", str(report), *each.words()]
            path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH", "")])])
            variables = {**os.environ, "PYTHONPATH": path}
            subprocess.run(command, cwd=place, env=variables, check=True, stdout=subprocess.DEVNULL)
            rows = json.loads(report.read_text())["rows"]
            figures |= {row["subject"]: (row["figure"], row["unit"]) for row in rows}
    return figures


def _alone(place: Path) -> Path:
    """A directory with this commit's benchmarks and nothing else of it."""
    if not (place / "benchmarks").exists():
        shutil.copytree(_HERE / "benchmarks", place / "benchmarks")
        (place / "scenarios").symlink_to(_HERE / "scenarios")
    return place
