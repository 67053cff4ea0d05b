"""How a step acts in a run's world: what its verb and its trigger may touch of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from engine.kernel import Event, sleep
from engine.machine import Machine, Program
from engine.programs.command import Command
from engine.project.model import Project
from engine.storage.quotas import Room
from wptest.run.world import World
from wptest.shapes.extension import Call
from wptest.words.change import StepChange
from wptest.words.expect import Check
from wptest.words.stage import NotRunningError


class Acting:
    """The world as a step of one chapter acts in it. Implements `words.stage.Stage`.

    `endless` says whether a trigger is waited for as long as the run takes. `since` is when the step before was
    done. What is to be checked goes to `expect`, and somebody's own fault to `call`.
    """

    def __init__(
        self,
        world: World,
        *,
        endless: bool = False,
        since: int = 0,
        expect: Callable[[Check], None] | None = None,
        call: Callable[[Call], Sequence[StepChange]] | None = None,
    ) -> None:
        self.machine: Machine = world.machine
        self.project: Project = world.project
        self.marks = world.marks
        self.since = since
        self._world = world
        self._endless = endless
        self._expect = expect
        self._call = call

    @property
    def alive(self) -> Sequence[Program]:
        """See `Stage`."""
        return self._world.alive

    def start(self, command: Command) -> Program:
        """See `Stage`."""
        return self._world.start(command)

    def latest(self, process: str) -> Program:
        """See `Stage`."""
        if all(program.name != process for program in self._world.programs):
            raise NotRunningError(process)
        return self._world.latest(process)

    def kill(self, process: str) -> None:
        """See `Stage`."""
        self._world.kill(process)

    async def until_ended(self, program: Program) -> None:
        """See `Stage`."""
        await self._world.waiting.until_ended(program)

    async def until_idle(self) -> None:
        """See `Stage`."""
        await self._world.waiting.until_idle()

    async def pause(self, duration: int) -> None:
        """See `Stage`; what waits endlessly is not bound by the scenario's limit."""
        await (sleep(duration) if self._endless else self._world.waiting.pause(duration))

    async def until_event(self, kind: str, fits: Callable[[Event], bool] = lambda _event: True) -> None:
        """See `Stage`."""
        await self._world.waiting.until_event(kind, fits, endless=self._endless)

    async def until_operation(self, operation: str, pattern: str, nth: int) -> None:
        """See `Stage`."""
        await self._world.waiting.until_operation(operation, pattern, nth, endless=self._endless)

    @contextmanager
    def by_hand(self, *, destroys: bool) -> Iterator[None]:
        """See `Stage`."""
        with self._world.subject.by_hand():
            if destroys and self._world.forgives_kills:
                with self._world.ledger.debts.destroying():
                    yield
            else:
                yield

    def resize(self, sizes: Mapping[str, int]) -> Sequence[Room]:
        """See `Stage`."""
        return self._world.subject.resize(self.machine, sizes)

    def book_file(self, path: str) -> None:
        """See `Stage`."""
        self._world.ledger.book_file(path)

    def destroyed(self, path: str) -> None:
        """See `Stage`."""
        if self._world.forgives_kills:
            self._world.ledger.debts.excuse_cut(path)
            self._world.history.forget_replays(path)

    def expect(self, check: Check) -> None:
        """See `Stage`."""
        assert self._expect is not None, "no check can stand in this chapter"
        self._expect(check)

    def call(self, call: Call) -> Sequence[StepChange]:
        """See `Stage`."""
        assert self._call is not None, "no fault can stand in this chapter"
        return self._call(call)
