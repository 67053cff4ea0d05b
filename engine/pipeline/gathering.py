"""What a group holds back for one of its sinks, so that it gets more lines at once: a database, or any real one."""

from __future__ import annotations

from collections.abc import Sequence

from engine.behaviour import Behaviour
from engine.project.model import GroupConf

_BY_INFRA_GROUP = {"default": 128}  # all others get every line at once
_INFRA = 1


class Gathering:
    """Lines on their way to one sink, until there are `size` of them or the group's time is over.

    Lines that are a batch by themselves go as they are, all at once, where none wait before them; but where each
    line is one, they go one by one.

    Attributes:
        waiting: the lines, the oldest first.
        size: how many of them are a batch.
    """

    def __init__(self, size: int) -> None:
        self.waiting: list[bytes] = []
        self.size = size
        self._as_they_are = False

    def add(self, lines: Sequence[bytes]) -> None:
        """Take lines in; `batch` gives them away again."""
        self._as_they_are = not self.waiting and len(lines) >= self.size > 1
        self.waiting += lines

    @property
    def has_batch(self) -> bool:
        """Whether lines go now."""
        return self._as_they_are or len(self.waiting) >= self.size

    def batch(self) -> Sequence[bytes]:
        """The next lines that go now; none where they shall wait."""
        if self._as_they_are:
            self._as_they_are = False
            return self.rest()
        if len(self.waiting) < self.size:
            return ()
        lines, self.waiting = self.waiting[: self.size], self.waiting[self.size :]
        return lines

    def rest(self) -> Sequence[bytes]:
        """All lines that wait: their time is over."""
        lines, self.waiting = self.waiting, []
        return lines


def gatherings_of(conf: GroupConf, behaviour: Behaviour) -> dict[str, Gathering]:
    """The gatherings for those sinks of a group that have one, by their ids."""
    if behaviour.sink_batches == "gathered":
        return {sink.id: Gathering(batch_size(conf)) for sink in conf.sinks}
    return {sink.id: Gathering(sink.database.batch.lines) for sink in conf.sinks if sink.database is not None}


def patience_of(conf: GroupConf, behaviour: Behaviour) -> int:
    """How long lines wait at most, in nanoseconds."""
    waits = [sink.database.batch.wait for sink in conf.sinks if sink.database is not None]
    return max(conf.patience if behaviour.sink_batches == "gathered" else min(waits), 1)


def batch_size(conf: GroupConf) -> int:
    """How many lines are a batch: what the project says, but for infra groups, whose sizes are fixed."""
    if conf.infra:
        return _BY_INFRA_GROUP.get(conf.name, _INFRA)
    return conf.batch
