"""The port of all expectations: what must hold. Each is one class in one file of `wptest.words.expectations`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Protocol, TypeVar

from engine.project.model import Project, SinkConf
from engine.text.mistake import Mistake
from engine.text.source_text import KeyPath
from wptest.shapes.shape import Many
from wptest.shapes.values import COMPARISON, Comparison, EventName, OneOrMany, parse_comparison
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.words.facts import Facts, Findings
from wptest.words.obstacle import Obstacle
from wptest.words.registry import Word, WrittenT
from wptest.words.stage import Reality


class Named(NamedTuple):
    """A sink or a program that an expectation names.

    Attributes:
        what: which of the two it is.
        name: what the scenario calls it.
        place: where it is named, below the expectation.
        at_key: whether the name is the key there, and not the value.
        gets_lines: the expectation can't hold if no line comes to the sink.
    """

    what: Literal["sink", "process"]
    name: str
    place: KeyPath
    at_key: bool = True
    gets_lines: bool = False


class Sought(NamedTuple):
    """A pattern in an expectation that something in the run has to match.

    Attributes:
        kind: what it is a pattern of.
        pattern: the pattern.
        place: where it stands, below the expectation.
        process: the program that a message or a printed line comes from.
        absent: what matches it must not be there. If nothing can match it, that proves nothing.
    """

    kind: Literal["replayed file", "checkpoint entry", "read file", "sink", "message", "printed line"]
    pattern: Glob
    place: KeyPath
    process: str = ""
    absent: bool = False


class Misuse(NamedTuple):
    """A key of an expectation that makes no sense in this scenario.

    Attributes:
        place: where it stands, below the expectation.
        message: what is wrong with it.
        code: the kind of mistake.
        help: one thing to do.
        expected: what was expected there.
        at_key: whether the key is wrong, and not the value.
    """

    place: KeyPath
    message: str
    code: Code
    help: str | None
    expected: str | None = None
    at_key: bool = True


class Known(Protocol):
    """What is known of a scenario and its project before a run.

    Attributes:
        project: None where it couldn't be read.
        is_inline: it is written out in the scenario.
    """

    project: Project | None

    @property
    def is_inline(self) -> bool:
        """See the attributes."""

    def known_sink(self, name: str) -> SinkConf | None:
        """The project's sink of that name; None where there is none, or its type is not known."""

    def is_wrong_of(self, sink: str, key: str) -> bool:
        """Whether what a sink says there is wrong, and was told: so it isn't known."""


@dataclass(frozen=True, slots=True)
class Expectation(Word, Protocol[WrittenT]):
    """What must hold, as a scenario expects it, and all that anybody has to know of it.

    Attributes:
        in_check: it is about a moment, and may stand in `check`, too; one that stands in `then` alone is about the
            whole run, and is judged when all that always holds has been.
        expected: what the scenario gives it, checked by `value`.
    """

    in_check: ClassVar[bool]

    expected: WrittenT = field()

    @property
    def place(self) -> str:
        """The key that it stands at."""
        return self.key

    @abstractmethod
    def names(self) -> Iterable[Named]:
        """The sinks and programs that it names."""

    @abstractmethod
    def patterns(self) -> Iterable[Sought]:
        """The patterns of what there can be in a run, which something has to match."""

    @abstractmethod
    def amounts(self) -> Iterable[tuple[str, Comparison]]:
        """What it says by number of places of the ledger: such lines are there because the scenario wants it."""

    def misuses(self, _known: Known, /) -> Iterable[Misuse]:
        """What of it makes no sense."""
        return ()

    @abstractmethod
    def obstacles(self, real: Reality, /) -> Iterable[Obstacle]:
        """What of it can't be seen of real programs, with places below it."""

    @abstractmethod
    def judge(self, facts: Facts, /) -> Findings:
        """What of it doesn't hold, or could not be verified."""


P = TypeVar("P")


class OfPrograms(Expectation[Mapping[str, P]], Protocol[P]):
    """What is expected of each of some programs, by their names."""

    in_check: ClassVar[bool] = True

    def names(self) -> Iterable[Named]:
        """See `Expectation.names`."""
        return (Named("process", name, (name,)) for name in self.expected)


class OfEvents(Expectation[Sequence[str]], Protocol):
    """What is expected of some events, over the whole run."""

    value: ClassVar[Any] = Annotated[Many[EventName], OneOrMany]
    in_check: ClassVar[bool] = False

    def obstacles(self, real: Reality) -> Iterable[Obstacle]:
        """See `Expectation.obstacles`."""
        for index, event in enumerate(self.expected):
            yield from (Obstacle(kind, (index,), why) for kind, why in real.why_not_seen(event))


def comparison_or(value: Any, word: str) -> Comparison:
    """Read a comparison where a word may stand instead of one.

    Raises:
        Mistake: when it is neither.
    """
    try:
        return parse_comparison(value)
    except Mistake as error:
        help_ = did_you_mean(value, [word]) if isinstance(value, str) else None
        raise Mistake(error.problem, f"{COMPARISON}, or {word}", help_=help_, code=error.code) from None
