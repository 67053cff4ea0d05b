"""What a kind of sink is to whoever reads, judges, copies or shows a project; `engine.sinks` makes the sinks."""

from __future__ import annotations

from typing import Generic, Literal, NamedTuple, TypeVar

from engine.rows.row_table import WriteMode
from engine.units import Phase, format_duration, parse_duration

SinkTarget = Literal["file", "by_id", "table", "none"]
OwnTrouble = Literal["outage", "slow"]
_Maker_co = TypeVar("_Maker_co", covariant=True)


class SinkParameter(NamedTuple):
    """A duration that only sinks of one kind have, such as `delay: 100ms`.

    Attributes:
        name: how projects and scenarios write it.
        default: what it is where nobody says it, in nanoseconds.
        docs: what it means, in a sentence.
        example: one value, as people write it.
    """

    name: str
    default: int
    docs: str
    example: str

    def read(self, text: str) -> int:
        """Its value in nanoseconds.

        Raises:
            Mistake: it is none.
        """
        return parse_duration(text)

    def written(self, value: int) -> str:
        """A value as `read` takes it."""
        return format_duration(value)


class SinkKind(NamedTuple, Generic[_Maker_co]):
    """One kind of sink. Nothing has a default here, so a new kind can leave nothing unsaid.

    Attributes:
        name: what projects, scenarios and messages call it.
        order: its place in lists, and in the schema: no two have the same one.
        docs: what such a sink does, behind its name: "writes to a file".
        by_name: a project can ask for it by its name. Of the others one is for a user's own classes, and one for
            every name that none of them has.
        target: what its lines go to: a file that is named for it, one that is named after its id, a table of a
            database, or none.
        has_phases: a project or a scenario can say when it is up and down.
        default_phases: when it is up and down where nobody says it; none for one that is always up then.
        trouble: what it does to the programs by itself, even where nobody says so.
        is_counted: its target has the lines that it was sent, so `wproj` can judge its share of them.
        stands_in: it stands for something that the engine doesn't have.
        parameters: what else it has.
        engines: the engines of a database server whose tables it can write to, the usual one first.
        modes: how it can write to them, the usual way first.
        make: makes the sink that a configuration describes, not yet connected.
    """

    name: str
    order: int
    docs: str
    by_name: bool
    target: SinkTarget
    has_phases: bool
    default_phases: tuple[Phase, ...]
    trouble: OwnTrouble | None
    is_counted: bool
    stands_in: bool
    parameters: tuple[SinkParameter, ...]
    engines: tuple[str, ...]
    modes: tuple[WriteMode, ...]
    make: _Maker_co
