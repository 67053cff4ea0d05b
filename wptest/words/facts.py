"""What expectations may look at: one run, seen from outside, at the moment at which it is judged."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from engine.project.database_conf import DatabaseConf
from engine.project.model import Project, SinkConf
from engine.text.source_text import KeyPath
from wptest.shapes.extension import Call
from wptest.shapes.values import Comparison
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome, Trail

if TYPE_CHECKING:
    from engine.kernel import Event
    from engine.verdict.verdict import Verdict

Findings = Iterable[Finding]


class TableSeen(NamedTuple):
    """What a table shows to who reads it.

    Attributes:
        rows: how many rows it has.
        keys: how many different keys these have.
        altered: how many of them aren't stored as they were sent.
        in_json: gives them, oldest first, each as a JSON object.
    """

    rows: int
    keys: int
    altered: int
    in_json: Callable[[], Sequence[str]]


class Facts(Protocol):
    """A run, looked at by an expectation; what doesn't hold is a finding, at a place below that.

    Attributes:
        project: what the programs were given.
    """

    project: Project

    def at(self, *keys: str | int) -> Facts:
        """The same for what stands below these keys."""

    @property
    def accepted(self) -> int:
        """How many lines were read."""

    @property
    def replayed(self) -> list[str]:
        """The paths of the rescue files that were replayed, in the order in which that began."""

    def file(self, path: str) -> bytes | None:
        """What any file has now; None where there is none, and nothing where it is a directory."""

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory now."""

    @property
    def released_files(self) -> list[str]:
        """The rescue files that recovery takes, `.dat`."""

    @property
    def locked_files(self) -> list[str]:
        """The rescue files that are being written, `.dat.lock`."""

    @property
    def checkpoint(self) -> Mapping[str, int]:
        """How many lines of each rescue file are done, as the checkpoint says.

        Raises:
            ValueError: it can't be read.
        """

    @property
    def verdict(self) -> Verdict:
        """What the project's own expectations say of where the lines are."""

    def events(self, kind: str, process: str | None = None) -> list[Event]:
        """The events of a kind, in order; of one process only, if it is named."""

    def exit_code(self, process: str) -> int | None:
        """With what its last run ended; None where none has ended."""

    def duration(self, process: str) -> int | None:
        """How many nanoseconds it ran since its last start; None where it has not ended."""

    def printed(self, process: str) -> list[Event]:
        """What its last run printed."""

    def last_words(self, process: str) -> Iterator[str]:
        """The last error or warning that it logged, or else the last that it printed."""

    def target(self, sink: SinkConf) -> bytes:
        """What a sink's file has; nothing where it has none."""

    def table(self, database: DatabaseConf) -> TableSeen:
        """What is in a table."""

    def received(self, sink: SinkConf) -> int:
        """How many lines a sink got."""

    def refused(self, sink: SinkConf) -> int:
        """How many lines a sink has refused for good: one that is sent again and refused again counts twice."""

    def put_aside(self, target: str) -> Iterator[str]:
        """Why lines for a target are in quarantine."""

    def mark(self, line: bytes) -> str:
        """How a line was marked when it was made."""

    def booked(self, sink: SinkConf) -> Iterator[str]:
        """What the ledger knows of a sink's lines, and where they went that should have come."""

    def why_unreached(self, sink: SinkConf) -> Iterator[str]:
        """What to know of a sink that no line was meant for; nothing if some were."""

    def counts(self, place: str) -> Mapping[str, int]:
        """How many lines are in a place of the ledger, by the target that they are for."""

    def trail(self, place: str, target: str) -> Trail:
        """Where the lost or doubled lines of a target were seen."""

    def user_check(self, call: Call) -> Findings:
        """What a check of the user's own finds."""

    @abstractmethod
    def finding(
        self, code: Failure, place: KeyPath, message: str, evidence: Iterable[str] = (), *, help_: str = ""
    ) -> Finding:
        """What doesn't hold at a place below, now."""

    def unproved(
        self,
        place: KeyPath,
        message: str,
        code: Failure = Failure.NOTHING_TO_CHECK,
        evidence: Iterable[str] = (),
        *,
        help_: str = "",
    ) -> Finding:
        """What could not be verified at a place below, now."""
        return replace(self.finding(code, place, message, evidence, help_=help_), outcome=Outcome.UNVERIFIED)

    def compare(
        self,
        code: Failure,
        place: KeyPath,
        expected: Comparison | None,
        actual: int,
        *,
        what: str,
        evidence: Iterable[str] = (),
    ) -> Findings:
        """A failure when `actual`, the number of `what`, is not what `expected` says.

        The evidence is looked at only then: make it a generator where it costs something.
        """
        if expected is not None and not expected.holds(actual):
            yield self.finding(code, place, f"{what}: expected {expected}, got {actual}", evidence)
