"""A database server of a run: a process of the machine that can be started, stopped, killed and paused.

What it does with requests, and where its rows are, is the matter of those that are made of this one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from engine.kernel import Process, Signal, sleep
from engine.rows.row_table import RowTable
from engine.servers.connection import ServerConnection
from engine.servers.request_faults import RequestFault, RequestFaults
from engine.servers.server_call import ServerCall
from engine.servers.server_life import ServerLife
from engine.servers.server_setup import RequestMoment, Setup
from engine.servers.table_engine import EngineKind
from engine.servers.table_reader import AlteredRow, VisibleRows


class DatabaseServer(ABC):
    """A server over all of its lives, with the network before it. It doesn't live before `start`.

    Args:
        setup: what is the same in all of its lives.

    Attributes:
        faults: what goes wrong with requests to it.
    """

    def __init__(self, setup: Setup) -> None:
        stream = setup.machine.streams.stream(f"server/{setup.name}/requests")
        self.faults = RequestFaults(setup.kind, stream.random)
        self._setup = setup
        self._lives = 0
        self._writes = 0
        self._now: ServerLife | None = None

    @abstractmethod
    def visible(self, table: RowTable, *, final: bool = False) -> VisibleRows:
        """The rows of a table, oldest first; `final` leaves the last of those with one key, if one can ask so.

        It may be the same object as long as they are the same.

        Outside of the run: no fault reaches it, and no time passes.
        """

    @abstractmethod
    def altered(self, table: RowTable) -> list[AlteredRow]:
        """The rows of a table that aren't stored as they were sent, oldest first."""

    @abstractmethod
    def hang_up(self, connection: ServerConnection) -> None:
        """A client's connection is over."""

    @abstractmethod
    def _live(self, number: int) -> ServerLife:
        """Begin the life of that number."""

    @property
    def name(self) -> str:
        """What everybody calls it."""
        return self._setup.name

    @property
    def kind(self) -> EngineKind:
        """The engine of its tables."""
        return self._setup.kind

    @property
    def watchers(self) -> list[Callable[[RequestMoment], None]]:
        """Who is told of each moment of a request to write: see `Setup`."""
        return self._setup.watchers

    @property
    def process(self) -> Process | None:
        """The process of its latest life; None before the first."""
        return None if self._now is None else self._now.process

    @property
    def alive(self) -> bool:
        """Whether it runs, if it only stands still."""
        return self._now is not None and self._now.process.alive

    @property
    def patience(self) -> int:
        """For how many nanoseconds its clients wait for an answer, where they say nothing else."""
        return self._setup.settings.timeout

    @property
    def busy(self) -> bool:
        """Whether it has a request in hand, or others wait for it, also of clients that have given up."""
        return self._now is not None and self._now.busy

    @property
    def listening(self) -> bool:
        """Whether it takes connections: not before it has looked its files through."""
        return self._now is not None and self._now.listening

    @property
    def life(self) -> int:
        """Which life it is in, from 1."""
        return self._lives

    @property
    def writes(self) -> int:
        """How many requests to write clients have begun to send."""
        return self._writes

    def start(self) -> None:
        """Begin a life; it finds on its disk what the last one has left there."""
        assert not self.alive, "two servers would write to the same files"
        self._lives += 1
        self._now = self._live(self._lives)

    def kill(self) -> None:
        """End it at once; what is only in its memory is gone, and clients that wait lose their connections."""
        if self._now is not None:
            self._now.process.kill()

    def stop(self) -> None:
        """Ask it to end: it does what it has taken, and writes what it has kept back."""
        if self._now is not None:
            self._now.process.signal(Signal.TERM)

    def pause(self) -> None:
        """Let it stand still; what is sent to it waits."""
        if self._now is not None:
            self._now.process.pause()

    def resume(self) -> None:
        """Let it go on, with what has come meanwhile."""
        if self._now is not None:
            self._now.process.resume()

    def connect(self, process: Process, timeout: int | None = None) -> ServerConnection:
        """A way to it for a client's process, who waits so many nanoseconds for an answer."""
        timeout = self._setup.settings.timeout if timeout is None else timeout
        return ServerConnection(self._setup, self, process, timeout)

    async def wake(self) -> None:
        """Start it where there is no server beside the client: to open its file is all that it takes."""
        if self.kind.is_embedded:
            if not self.alive:
                self.start()
            assert self._now is not None, "it was started"
            await self._now.ready.wait()

    def next_write(self) -> int:
        """The number of the request to write that a client begins to send."""
        self._writes += 1
        return self._writes

    def fault_for(self, table: str) -> RequestFault | None:
        """What goes wrong with the request that begins now."""
        return self.faults.find(table, self._setup.machine.scheduler.now)

    def deliver(self, call: ServerCall) -> bool:
        """Hand a request over; whether it was taken."""
        return self._now is not None and self._now.process.alive and self._now.deliver(call)

    def stand_still(self, duration: int) -> None:
        """Stop for so many nanoseconds, as by SIGSTOP and SIGCONT."""
        life = self._now

        async def go_on() -> None:
            await sleep(duration)
            if life is self._now:
                self.resume()

        self.pause()
        self._setup.machine.scheduler.spawn(go_on())
