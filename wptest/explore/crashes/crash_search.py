"""Looks for the state of a crash path among those that a run could leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wptest.explore.crashes.crash_state import Crash, CrashState, Key
from wptest.explore.crashes.recorder import Finder
from wptest.explore.exploration import GoneError
from wptest.explore.stretch import Stretch, Watched
from wptest.run.world import World
from wptest.scenario.load import LoadedVariant


class Search(Finder):
    """Finds the state that `crashes` leave, the last of which is in the run that it is told of."""

    def __init__(self, variant: LoadedVariant, crashes: Sequence[Crash]) -> None:
        super().__init__()
        self._variant = variant
        self._crashes = list(crashes)
        self._watched = Watched()
        self._found: tuple[CrashState, Stretch] | None = None
        self._instead: Crash | None = None

    def attach(self, world: World) -> None:
        """Begin to watch the run, before it begins."""
        self._watched.attach(world)

    def look_at(self, _key: Key, make: Callable[[], CrashState]) -> None:
        """See `Finder`."""
        state = make()
        path = [crash.without_time() for crash in state.crashes]
        if path == [crash.without_time() for crash in self._crashes]:
            if self._found is None:
                self._found = state, self._watched.stretch(self._variant, state.crashes[-1])
        elif state.crashes[-1].number == self._crashes[-1].number:
            self._instead = self._instead or state.crashes[-1]

    @property
    def found(self) -> tuple[CrashState, Stretch]:
        """The state, and the run until that crash.

        Raises:
            GoneError: the run has no such crash.
        """
        if self._found is not None:
            return self._found
        instead = f"; now it is {self._instead}" if self._instead is not None else ""
        raise GoneError(f"the run has no such crash any more: {self._crashes[-1]}{instead}")
