"""A running database server: one that we have started, or one whose address was given; and databases in it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from wptest.servers.server_address import ServerAddress, free_port
from wptest.servers.server_errors import NameTakenError, ServerFailedError
from wptest.servers.server_kind import ServerKind
from wptest.servers.server_process import ServerProcess
from wptest.servers.server_relay import RelayFault, RelayPoint, ServerRelay

_TO_ANSWER = 90.0  # seconds until a server that starts answers; the slowest takes 15 on a busy machine
_TO_STOP = 20.0
_GLANCE = 0.02
_TRIES = 3  # somebody else may have taken the port
_NAMES = 100


class RealServer:
    """A running server.

    Args:
        kind: what it is.
        address: how it is spoken to.

    Attributes:
        version: which it is, in its own words.
    """

    def __init__(self, kind: ServerKind, address: ServerAddress) -> None:
        self.kind = kind
        self.address = address
        self.version = _awaited_version(kind, address)

    @contextmanager
    def fresh(self, purpose: str) -> Iterator[RealDatabase]:
        """A new database, which is dropped at the end.

        Its name is made of `purpose` alone, so a test has the same one each time. One that is there already isn't
        touched: then it is the next name.
        """
        for name in fresh_names(purpose):
            with suppress(NameTakenError):
                address = self.kind.create(self.address, name)
                break
        else:
            raise ServerFailedError(f"{self.kind.called} has {_NAMES} databases of {purpose} already")
        relay = ServerRelay(address.host, address.port)
        try:
            yield RealDatabase(self, name, address, relay)
        finally:
            relay.close()
            self.revive()
            if self.is_up():
                self.kind.drop(self.address, name)

    def is_up(self) -> bool:
        """Whether it answers."""
        return bool(self.kind.version(self.address))

    def revive(self) -> None:
        """Let it run, whatever a test has left it as; one that isn't ours does what it does."""

    def pause(self) -> None:
        """Let it stand still: it takes connections, and answers nothing."""
        raise _not_ours(self.kind, "paused")

    def resume(self) -> None:
        """Let it go on."""
        raise _not_ours(self.kind, "resumed")

    def kill(self) -> None:
        """Kill it, as the system does when memory runs out."""
        raise _not_ours(self.kind, "killed")

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        raise _not_ours(self.kind, "stopped")

    def start(self) -> None:
        """Start it again on the files that it has left, and wait until it answers."""
        raise _not_ours(self.kind, "started")


class OwnServer(RealServer):
    """A server that we have started, with files of its own.

    Args:
        kind: what it is.
        program: the server's program.
        home: its directory, which is there and empty.
        process: how it runs.
        options: more words of its command.
    """

    def __init__(
        self, kind: ServerKind, program: Path, home: Path, process: ServerProcess, options: tuple[str, ...] = ()
    ) -> None:
        self._program = program
        self._home = home
        self._process = process
        self._options = options
        kind.make(program, home, process.run)
        address = self._started(kind)
        super().__init__(kind, address)

    def revive(self) -> None:
        """See `RealServer.revive`."""
        self.resume()
        self.start()

    def pause(self) -> None:
        """See `RealServer.pause`."""
        self._process.pause()

    def resume(self) -> None:
        """See `RealServer.resume`."""
        self._process.resume()

    def kill(self) -> None:
        """See `RealServer.kill`."""
        self._process.kill()

    def stop(self) -> None:
        """See `RealServer.stop`."""
        self._process.stop(self.kind.ending, _TO_STOP)

    def start(self) -> None:
        """See `RealServer.start`; nothing is done while it runs."""
        if not self._process.runs:
            self._process.start(self._words)
            self._await(self.kind, self.address)

    def _started(self, kind: ServerKind) -> ServerAddress:
        """Start it for the first time, on ports that nobody has taken meanwhile."""
        for attempt in range(1, _TRIES + 1):
            ports = [free_port() for _ in range(3)]
            self._words = [*kind.command(self._program, self._home, ports), *self._options]
            self._process.start(self._words)
            address = kind.address(ports[0])
            try:
                self._await(kind, address)
            except ServerFailedError:
                self._process.kill()
                if attempt == _TRIES:
                    raise
            else:
                return address
        raise AssertionError("one of them was the last")

    def _await(self, kind: ServerKind, address: ServerAddress) -> None:
        patience = time.monotonic() + _TO_ANSWER
        while not kind.version(address):
            if not self._process.runs:
                raise ServerFailedError(f"{kind.called} doesn't start: {self._process.said()}")
            if time.monotonic() > patience:
                raise ServerFailedError(f"{kind.called} gives no answer: {self._process.said()}")
            time.sleep(_GLANCE)


@dataclass(frozen=True, slots=True)
class RealDatabase:
    """A database that is new, empty, and nobody else's.

    In OpenSearch it is an index, and all whose names begin like it; in VictoriaLogs a tenant.

    Attributes:
        server: where it is.
        name: what it is called.
        direct: how it is spoken to past the relay.
        relay: what stands between clients and the server.
    """

    server: RealServer
    name: str
    direct: ServerAddress
    relay: ServerRelay

    @property
    def version(self) -> str:
        """That of the server, in its own words."""
        return self.server.version

    @property
    def address(self) -> ServerAddress:
        """How it is spoken to by clients whose requests may go wrong."""
        return self.direct.at(self.relay.port)

    @property
    def url(self) -> str:
        """The same as a URL, which SQLAlchemy takes, too."""
        return self.address.url(self.server.kind.schemes[0])

    @property
    def direct_url(self) -> str:
        """A URL past the relay: for whoever looks at what came of it."""
        return self.direct.url(self.server.kind.schemes[0])

    def fault(
        self,
        point: RelayPoint,
        mark: bytes = b"",
        *,
        nth: int = 1,
        late: float = 0.0,
        keep: int | None = None,
        resets: bool = False,
    ) -> RelayFault:
        """Let a request go wrong, the `nth` from now on that has `mark` near its beginning: see `RelayFault`."""
        return self.relay.add(RelayFault(point, mark, nth, late, keep, resets))


def fresh_names(purpose: str) -> Iterator[str]:
    """Names for what is made for a purpose: they look random, and are the same each time."""
    for attempt in range(_NAMES):
        digest = hashlib.blake2b(f"{purpose}\n{attempt}".encode(), digest_size=6).hexdigest()
        yield f"wptest_{digest}"


def _awaited_version(kind: ServerKind, address: ServerAddress) -> str:
    version = kind.version(address)
    if not version:
        raise ServerFailedError(f"no {kind.called} answers at {address.host}:{address.port}")
    return version


def _not_ours(kind: ServerKind, what: str) -> ServerFailedError:
    return ServerFailedError(f"this {kind.called} was started by somebody else, and can't be {what} from here")
