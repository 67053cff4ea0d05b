"""Another commit, measured beside this one: the same benchmarks in both, in turns, and what came of each pair."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measure import Row

_HERE = Path(__file__).parent.parent
Figures = Mapping[str, tuple[float, str]]  # by subject, with its unit


def measure_against(revision: str, options: Sequence[str], pairs: int) -> list[Row]:
    """Run `python -m benchmarks` with these options in both: the rows that both have, medians of so many pairs.

    Both run in this environment, each with its own code: what other packages cost is the same for both.

    Raises:
        subprocess.CalledProcessError: there is no such commit, or its benchmarks don't run.
    """
    with _checked_out(revision) as there:
        taken = [_pair(there, options, here_first=number % 2 == 1) for number in range(pairs)]
    subjects = [subject for subject in taken[0][0] if all(subject in other for _, other in taken)]
    return [_row(subject, revision, taken) for subject in subjects]


def _pair(there: Path, options: Sequence[str], *, here_first: bool) -> tuple[Figures, Figures]:
    """What this commit takes, and the other one: who is first, goes by turns."""
    if here_first:
        return _figures(_HERE, options), _figures(there, options)
    other = _figures(there, options)
    return _figures(_HERE, options), other


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


def _figures(root: Path, options: Sequence[str]) -> Figures:
    """What the benchmarks of a directory say; their code comes from there, whatever is installed."""
    with TemporaryDirectory(prefix="wptest-against-") as directory:
        report = Path(directory) / "report.json"
        command = [sys.executable, "-m", "benchmarks", "--json", str(report), *options]
        path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH", "")])])
        subprocess.run(
            command, cwd=root, env={**os.environ, "PYTHONPATH": path}, check=True, stdout=subprocess.DEVNULL
        )
        return {row["subject"]: (row["figure"], row["unit"]) for row in json.loads(report.read_text())["rows"]}
