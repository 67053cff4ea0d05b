"""What happens while a command works, as it happens: for progress, for the document, for whoever else listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wptest.document.record import Record
from wptest.document.reported_exploration import ExplorationKind
from wptest.document.reported_place import ReportedFile, ReportedMistake
from wptest.document.reported_variant import ReportedVariant


@dataclass(frozen=True)
class VariantBegun(Record):
    """A variant begins; with several workers, before others that are told first have ended.

    Attributes:
        name: `scenario` or `scenario::variant`.
    """

    name: str


@dataclass(frozen=True)
class ExplorationAdvanced(Record):
    """One more run of an exploration is over.

    Attributes:
        name: the variant's.
        so_far: how many runs of how many, in words.
    """

    name: str
    kind: ExplorationKind
    total: int
    run: int
    broken: int
    so_far: str


@dataclass(frozen=True)
class VariantEnded(Record):
    """A variant has ended, or its file has mistakes.

    Attributes:
        told: what came of it.
        warnings: what there is to say of its scenario and project besides.
        source: the text of its file, where it is no pass.
    """

    told: ReportedVariant | ReportedFile
    warnings: tuple[ReportedMistake, ...] = ()
    source: str = ""


ReportEvent = VariantBegun | ExplorationAdvanced | VariantEnded


class ReportListener(Protocol):
    """Who wants to know what happens."""

    def hear(self, event: ReportEvent) -> None:
        """Take note of an event."""
