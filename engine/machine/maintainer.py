"""The one maintainer who gets all failed sinks of a program of public versions back (D17).

He goes from group to group, first the infra groups as one, and waits for a tenth of a second at each whether a sink
of it has failed; behind each round he looks whether he shall stop. He takes one sink at a time, the one that has
waited longest, and goes on to the next group. After a failed attempt he sleeps for 5 s before that, whoever waits,
and the sink waits behind the others of its group.
"""

from __future__ import annotations

from functools import cached_property

from engine.project.model import Project
from engine.units import MILLISECOND, SECOND

SLEEP = 5 * SECOND + MILLISECOND  # timers come late
_STAY = 100 * MILLISECOND
_LOOK = 10 * MILLISECOND


class Maintainer:
    """Where he is at which time.

    Attributes:
        free_at: until when he sleeps; the past while he doesn't.
    """

    def __init__(self, project: Project, now: int) -> None:
        self.free_at = now
        self._project = project
        self._at = 0  # at which group he is when he is free
        self._waiting: list[str] = []

    @cached_property
    def _places(self) -> dict[str, int]:
        """At which group he gets a sink back."""
        places, groups = dict[str, int](), 1
        for group in self._project.groups:
            places |= dict.fromkeys((sink.id for sink in group.sinks), 0 if group.infra else groups)
            groups += 0 if group.infra else group.parallel
        return places

    @cached_property
    def _groups(self) -> int:
        """How many he goes round, those of infra as one."""
        return 1 + sum(group.parallel for group in self._project.groups if not group.infra)

    def wait(self, sink: str) -> None:
        """A sink waits for him."""
        self._waiting.append(sink)

    def take(self, sink: str, now: int) -> None:
        """He has come to a sink that waits, and goes on behind it."""
        self._waiting.remove(sink)
        self.free_at = now
        self._at = (self._places[sink] + 1) % self._groups

    def sleep(self, now: int) -> None:
        """The attempt has failed."""
        self.free_at = now + SLEEP

    def leave(self, sink: str) -> None:
        """A sink waits no more."""
        self._waiting.remove(sink)

    def until(self, sink: str, now: int) -> int:
        """In how many nanoseconds he is at a sink that waits, if nothing keeps him on the way."""
        place = self._places[sink]
        others = [each for each in self._waiting if self._places[each] == place]
        return self._until(place, now) + (0 if others[0] == sink else _STAY)

    def _until(self, place: int, now: int) -> int:
        since = max(now - self.free_at, 0)
        at = self._at
        while (stay := self._stay(at)) <= since:
            since -= stay
            at = (at + 1) % self._groups
        wait = max(self.free_at - now, 0)
        while at != place:
            wait += self._stay(at) - since
            since, at = 0, (at + 1) % self._groups
        return wait

    def _stay(self, place: int) -> int:
        return _STAY + (_LOOK if place == self._groups - 1 else 0)
