"""What a check found, and where the lines were seen that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from engine.text.diagnostic import shortened
from engine.units import format_duration
from wptest.words.failures import Failure


class Outcome(Enum):
    """How a check, a step or a whole run ended.

    Unverified is no pass: nothing was proved. Unclean says that all held and that a cleanup step failed.
    """

    PASSED = "passed"
    UNVERIFIED = "unverified"
    UNCLEAN = "unclean"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sighting:
    """The last place in which a line was seen before it came, or should have come, to its target.

    Attributes:
        path: the file.
        number: which of its lines it was, from 1.
        replayed_at: when a replay of the file began, in monotonic nanoseconds; None of a file that wasn't replayed.
        removed_at: when the file was removed; None while it is there.
    """

    path: str
    number: int
    replayed_at: int | None = None
    removed_at: int | None = None

    def __str__(self) -> str:
        text = f"line {self.number} of {self.path}"
        if self.replayed_at is not None:
            text += f", replayed from {format_duration(self.replayed_at)}"
        return text if self.removed_at is None else f"{text}, removed at {format_duration(self.removed_at)}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a line came to where it stands in its target.

    Attributes:
        process: who brought it; empty of one that was there at the start.
        time: when, in monotonic nanoseconds.
        place: how many events had come before.
    """

    process: str = ""
    time: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class Trail:
    """What is known of the first of the lines that a finding is about; iterated, it is evidence for people.

    Attributes:
        lines: the first of the lines, and a few of those that come after it, as text.
        last: where that first line was last seen; None of one that was nowhere before.
        target: the target that it is about.
        stands: as which lines of the target it stands there and should not, or not more than once; from 1.
        came: when it came to each of these places, as far as that is known; empty where it is not.
    """

    lines: tuple[str, ...]
    last: Sighting | None = None
    target: str = ""
    stands: tuple[int, ...] = ()
    came: tuple[Arrival, ...] = ()

    def __iter__(self) -> Iterator[str]:
        if not self.lines:
            return
        yield f"the first: {self.lines[0]}"
        if self.stands:
            yield f"stands in: {self.target}, line {' and '.join(map(str, self.stands))}"
        yield f"last seen: {self.last or 'nowhere before'}"
        yield from (f"then:      {line}" for line in self.lines[1:])


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold, or that could not be verified.

    Attributes:
        outcome: FAILED, UNCLEAN or UNVERIFIED.
        code: which kind of failure it is; `failure` has them all.
        name: the invariant, or the path of the expectation such as `then.sinks.a.lines`.
        message: one line: what was expected and what came.
        time: monotonic nanoseconds at which it was found, or at which it came to be.
        after: how many events had happened when it was found.
        path: where in the scenario it is said, as keys and indexes; empty for an invariant.
        evidence: further lines, such as the first lines that are missing.
        help: one thing to do; empty where the message is enough.
        trail: where the first line was seen that it is about; None where it is about none, or about many.
    """

    outcome: Outcome
    code: Failure
    name: str
    message: str
    time: int
    after: int
    path: tuple[str | int, ...] = ()
    evidence: tuple[str, ...] = ()
    help: str = ""
    trail: Trail | None = None

    def __post_init__(self) -> None:
        # Patterns, lines and names of a scenario can be of any length.
        object.__setattr__(self, "message", shortened(self.message))
        object.__setattr__(self, "evidence", tuple(map(shortened, self.evidence)))


BY_WEIGHT = (Outcome.FAILED, Outcome.UNCLEAN, Outcome.UNVERIFIED)


def worst(findings: Iterable[Finding]) -> Outcome:
    """How it ended: failed before unclean before unverified, and passed where nothing was found."""
    return min((finding.outcome for finding in findings), key=BY_WEIGHT.index, default=Outcome.PASSED)
