"""What was counted: the lines of each sink, those that still wait for it, and how many lines went in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from engine.behaviour import Behaviour
from engine.project.model import GroupConf, Project, SinkConf

TotalSource = Literal["override", "sum"]
SinkKey = tuple[str, str]  # the name of its group, and its id


@dataclass(frozen=True, slots=True)
class SinkCount:
    """The lines of one sink.

    Attributes:
        lines: the ends of lines in its target.
        waiting: lines in its rescue files that are still to be replayed, those of dead writers included.
        repeated: how many of `lines` are there again, more often than they were sent.
    """

    lines: int = 0
    waiting: int = 0
    repeated: int = 0

    @property
    def sent(self) -> int:
        """The lines that went to the sink, as far as they can be found."""
        return self.lines + self.waiting


_NONE = SinkCount()


@dataclass(frozen=True, slots=True)
class SinkCounts:
    """What was counted in a project.

    Attributes:
        sinks: by name of the group and id; a sink that is missing here has no lines.
        read: the lines of the enabled input file.
        given: how many lines went in, if somebody said so; it wins over what was counted.
    """

    sinks: Mapping[SinkKey, SinkCount]
    read: int
    given: int | None

    def of(self, group: GroupConf, sink: SinkConf) -> SinkCount:
        """A sink's lines: none where it keeps none that could be counted."""
        return self.sinks.get((group.name, sink.id), _NONE) if sink.kind.is_counted else _NONE

    def total(self, project: Project) -> tuple[int, TotalSource]:
        """How many lines went in, and how that is known: given or read (`override`, as in wproj), or summed up."""
        if self.given is not None:
            return self.given, "override"
        if self.read > 0:
            return self.read, "override"
        return sum(map(self.into, project.groups)), "sum"

    def into(self, group: GroupConf) -> int:
        """How many lines went into a group, over all its sinks."""
        return sum(self.of(group, sink).sent for sink in group.sinks)

    def as_seen_by(self, behaviour: Behaviour) -> SinkCounts:
        """What is left of it for a verdict that overlooks something (D33)."""
        if behaviour.waiting_lines == behaviour.repeated_lines == "considered":
            return self
        sees_waiting, sees_repeated = (
            choice == "considered" for choice in (behaviour.waiting_lines, behaviour.repeated_lines)
        )
        seen = {
            key: SinkCount(count.lines, count.waiting * sees_waiting, count.repeated * sees_repeated)
            for key, count in self.sinks.items()
        }
        return replace(self, sinks=seen)


def counted_sinks(project: Project) -> Iterable[tuple[GroupConf, SinkConf]]:
    """The sinks whose files have the lines that they were sent (facts page section 7.1), with their groups."""
    return ((group, sink) for group in project.groups for sink in group.sinks if sink.kind.is_counted)
