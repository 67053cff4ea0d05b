"""One life of a server: a process that takes requests, does one after another, and answers, until its end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from typing import NamedTuple, NoReturn

from engine.databases.request import ServerAnswer
from engine.kernel import Channel, ChannelClosed, Flag, Process, Signal, sleep
from engine.servers.request_faults import Late
from engine.servers.server_call import ServerCall
from engine.servers.server_setup import Setup

BACKLOG = 1024  # requests that wait for a server before others are turned away
_GRACEFUL = frozenset({Signal.TERM, Signal.INT})
_ABORTED = 134


class RequestDone(NamedTuple):
    """What came of a request: the answer, and whether the connection is closed behind it; None where it is lost."""

    answer: ServerAnswer | None
    disconnects: bool = False


class ServerLife(ABC):
    """One process of a server. It does one request after another, in the order in which they come.

    Attributes:
        number: which life it is, from 1.
        listening: it takes connections.
        ready: it has begun to do that, or has ended before.
    """

    def __init__(self, setup: Setup, number: int) -> None:
        machine = setup.machine
        machine.processes += 1
        self.number = number
        self.listening = False
        self.ready = Flag(machine.scheduler)
        self.process = Process(machine.scheduler, setup.name, machine.processes, _GRACEFUL)
        self._setup = setup
        self._inbox: Channel[ServerCall] = Channel(machine.scheduler, BACKLOG)
        self._current: ServerCall | None = None
        self._error = ""
        self.process.on_end.append(self._ended)
        self.process.spawn(self._run())
        self.process.spawn(self._stop())

    @property
    def busy(self) -> bool:
        """Whether it has a request in hand, or others wait, also of clients that have given up."""
        return self.process.alive and (self._current is not None or bool(self._inbox))

    def deliver(self, call: ServerCall) -> bool:
        """Let a request wait here until its turn comes; whether there is room for it."""
        call.waiting = len(self._inbox)
        call.arrives = self._setup.machine.scheduler.now + self._setup.settings.latency
        return self._inbox.offer(call)

    @abstractmethod
    async def _recover(self) -> None:
        """Look through what the life before has left.

        Raises:
            OSError: that can't be done, and it ends itself.
        """

    @abstractmethod
    async def _serve(self, call: ServerCall) -> RequestDone:
        """Do a request."""

    @abstractmethod
    async def _close(self) -> None:
        """Leave all as it is to be found: nothing more comes."""

    async def _run(self) -> None:
        try:
            await self._recover()
        except OSError as error:
            await self._abort(error)
        self.listening = True
        self.ready.set()
        self._setup.emit("server.started" if self.number == 1 else "server.restarted", life=self.number)
        self._setup.machine.notify()
        scheduler = self._setup.machine.scheduler
        with suppress(ChannelClosed):
            while True:
                call = self._current = await self._inbox.recv()
                if call.arrives > scheduler.now:
                    await sleep(call.arrives - scheduler.now)
                done = await self._serve(call)
                self._answer(call, done)
                if done.answer is not None:
                    await self._setup.reach(call, "answer_lost", self.process)
                self._current = None
        await self._close()
        await self.process.exit(0)

    async def _stop(self) -> None:
        """Asked to stop, it does what it has taken, and no more."""
        await self.process.stop.wait()
        self.listening = False
        self._inbox.close()

    def _answer(self, call: ServerCall, done: RequestDone) -> None:
        now, wrong = self._setup.machine.scheduler.now, call.wrong
        if done.answer is None:
            call.lose(now + self._setup.settings.latency)
            return
        if self._setup.cut(call, "answer_lost"):
            self._setup.emit("answer.lost", request=call.number)
            return
        returns = now + self._setup.settings.latency
        if isinstance(wrong, Late):
            self._setup.bite(call)
            self._setup.emit("answer.late", request=call.number, delay=wrong.delay)
            returns += wrong.delay
            if returns > call.until:
                return  # nobody waits for it then, and nobody has heard of it before: as if it were lost
        call.disconnects = done.disconnects
        call.finish(done.answer, returns)

    async def _abort(self, error: Exception) -> NoReturn:
        """End it, as servers do that can't trust their disk any more."""
        self._error = str(error)
        await self.process.exit(_ABORTED)

    def _ended(self) -> None:
        setup, now = self._setup, self._setup.machine.scheduler.now
        self.listening = False
        self.ready.set()
        if self.process.killed_by is not None:
            setup.emit("server.killed", signal=self.process.killed_by.name)
        elif self._error:
            setup.emit("server.aborted", error=self._error)
        else:
            setup.emit("server.stopped")
        waiting = [*([self._current] if self._current is not None else []), *self._inbox.waiting]
        for call in waiting:
            call.lose(now)
        setup.machine.notify()
