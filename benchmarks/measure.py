"""Rounds, rows and aims: what every benchmark is made of."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

Samples = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        subject: what of wptest was measured.
        figure: how much it took, in `unit`.
        reference: what it is compared with; empty for nothing.
        reference_figure: how much that took, in the same unit.
        limit: the aim: at most so much; None for a row that is there to be read.
        of: whether the aim is on the figure or on the ratio.
        of_pairs: the median of the ratios, where both were measured in pairs.
    """

    subject: str
    figure: float
    unit: str
    reference: str = ""
    reference_figure: float | None = None
    limit: float | None = None
    of: str = "figure"
    of_pairs: float | None = None

    @property
    def ratio(self) -> float | None:
        """The figure over the reference's."""
        if self.of_pairs is not None:
            return self.of_pairs
        return self.figure / self.reference_figure if self.reference_figure else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        measured = self.figure if self.of == "figure" else self.ratio
        return None if self.limit is None or measured is None else measured <= self.limit

    def as_json(self) -> dict[str, Any]:
        """The row as plain data."""
        return {
            "subject": self.subject,
            "figure": self.figure,
            "unit": self.unit,
            "reference": self.reference or None,
            "reference_figure": self.reference_figure,
            "ratio": self.ratio,
            "aim": self.limit,
            "aim_of": self.of if self.limit is not None else None,
            "met": self.met,
        }


@dataclass(frozen=True, slots=True)
class Size:
    """How much work a benchmark does: everything, or just enough to show that it works."""

    quick: bool

    def of(self, full: int, quick: int) -> int:
        """One number or the other."""
        return quick if self.quick else full


def timed(work: Callable[[], object]) -> float:
    """How many seconds `work` takes, with the rubbish of others swept up before."""
    gc.collect()
    start = perf_counter()
    work()
    return perf_counter() - start


def interleaved(subjects: Mapping[str, Callable[[], float]], rounds: int) -> Samples:
    """Let the subjects take turns, so that a slow moment of the machine hits all of them alike."""
    samples: Samples = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, subject in subjects.items():
            samples[name].append(subject())
    return samples


def best(samples: Samples) -> dict[str, float]:
    """The fastest round of each: what the work costs when nobody disturbs it."""
    return {name: min(values) for name, values in samples.items()}
