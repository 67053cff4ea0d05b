"""Stands between a client and its server, and lets chosen requests go wrong on the way.

A client's bytes from one answer of the server's to the next are one request, whatever the protocol: that is how
MySQL, PostgreSQL and HTTP without pipelining speak. Encrypted connections go through unrecognized.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from wptest.servers.server_address import LOOPBACK

RelayPoint = Literal["before_send", "half_sent", "answer_lost", "answer_late"]

_CHUNK = 1 << 18
_TO_CONNECT = 5.0  # seconds
_TO_SEE = 2.0  # seconds; one that stands still doesn't see anything
_HEAD = 1 << 16  # how far into a request its mark is looked for
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what is closed is reset, without what hasn't been sent yet


@dataclass
class RelayFault:
    """One thing that goes wrong with one request.

    Attributes:
        point: `before_send`: the server gets nothing of it. `half_sent`: it gets a part. `answer_lost`: it does the
            request, and the answer is thrown away. `answer_late`: the answer waits.
        mark: what the request has near its beginning; any request, if empty.
        nth: which of those that have it, from 1 on.
        late: for how many seconds an answer waits.
        keep: how many bytes of it are sent for `half_sent`; half of its first part, if None.
        resets: the server sees the connection reset rather than closed.
        struck: whether it has happened.
    """

    point: RelayPoint
    mark: bytes = b""
    nth: int = 1
    late: float = 0.0
    keep: int | None = None
    resets: bool = False
    _event: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def struck(self) -> bool:
        """Whether it has happened: one that hasn't shows nothing."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until it has happened, so long at most."""
        return self._event.wait(seconds)

    def is_due(self) -> bool:
        """Whether a request that has the mark is the one, as they are counted down."""
        self.nth -= 1
        return self.nth == 0

    def strike(self) -> None:
        """It happens now."""
        self._event.set()


class ServerRelay:
    """Listens on a port of its own, and passes on what it gets to the server.

    Args:
        host: the server's.
        port: the server's.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._lock = threading.Lock()
        self._faults: list[RelayFault] = []
        self._lines: list[_Line] = []
        self._closing = threading.Event()
        self._listener = socket.create_server((LOOPBACK, 0), backlog=64)
        self._acceptor = threading.Thread(target=self._accept, name="wptest-relay", daemon=True)
        self._acceptor.start()

    @property
    def port(self) -> int:
        """Where clients connect to."""
        port: int = self._listener.getsockname()[1]
        return port

    def add(self, fault: RelayFault) -> RelayFault:
        """Let this happen to a request that is still to come."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Let nothing more happen; what waits goes on waiting."""
        with self._lock:
            self._faults.clear()

    def close(self) -> None:
        """Cut every connection, and wait until no thread is left."""
        if self._closing.is_set():
            return
        self._closing.set()
        with suppress(OSError), socket.create_connection((LOOPBACK, self.port), _TO_CONNECT):
            pass  # whoever accepts has woken up
        self._acceptor.join()
        self._listener.close()
        for line in self._lines:
            line.cut()
        for line in self._lines:
            line.join()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self._closing.is_set():
                client.close()
                return
            try:
                server = socket.create_connection(self._server, _TO_CONNECT)
            except OSError:
                _end(client, resets=True)
                client.close()
                continue
            self._lines = [line for line in self._lines if line.is_alive]
            self._lines.append(_Line(client, server, self._fault_of, self._closing))

    def _fault_of(self, head: bytes) -> tuple[bool, RelayFault | None]:
        """Whether a request that begins so has been counted, and what happens to it."""
        with self._lock:
            met = [fault for fault in self._faults if fault.mark in head]
            due = [fault for fault in met if fault.is_due()]
            for fault in due[:1]:
                self._faults.remove(fault)
        return bool(met), due[0] if due else None


class _Line:
    """One connection of a client, and the one behind it; a thread for each direction."""

    def __init__(
        self,
        client: socket.socket,
        server: socket.socket,
        fault_of: Callable[[bytes], tuple[bool, RelayFault | None]],
        closing: threading.Event,
    ) -> None:
        self._client = client
        self._server = server
        self._fault_of = fault_of
        self._closing = closing
        self._lock = threading.Lock()
        self._head = b""
        self._is_counted = False
        self._is_cut = False
        self._fault: RelayFault | None = None
        for each in (client, server):
            each.settimeout(None)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._up = threading.Thread(target=self._pass_up, name="wptest-relay-up", daemon=True)
        self._down = threading.Thread(target=self._pass_down, name="wptest-relay-down", daemon=True)
        self._down.start()  # first: the other waits for its end
        self._up.start()

    @property
    def is_alive(self) -> bool:
        """Whether anything may still come."""
        return self._up.is_alive() or self._down.is_alive()

    def cut(self, *, resets: bool = False) -> None:
        """End both connections: the client sees a reset, the server an end or a reset."""
        self._is_cut = True
        _end(self._client, resets=True)
        _end(self._server, resets=resets)

    def _end_above(self) -> None:
        """End what the server gets, and wait until it has seen that: it may store what it has of a request."""
        self._is_cut = True
        self._server.shutdown(socket.SHUT_WR)
        self._down.join(_TO_SEE)

    def join(self) -> None:
        """Wait for both threads."""
        self._up.join()
        self._down.join()

    def _pass_up(self) -> None:
        with suppress(OSError):
            while chunk := self._client.recv(_CHUNK):
                fault = self._heard(chunk)
                if fault is not None and fault.point in ("before_send", "half_sent"):
                    kept = len(chunk) // 2 if fault.keep is None else fault.keep
                    self._server.sendall(b"" if fault.point == "before_send" else chunk[:kept])
                    fault.strike()  # first: who sees the cut finds that it has happened
                    if fault.point == "half_sent" and not fault.resets:
                        self._end_above()
                    self.cut(resets=fault.resets)
                    break
                self._server.sendall(chunk)
        if not self._is_cut:
            with suppress(OSError):
                self._server.shutdown(socket.SHUT_WR)
        self._down.join()
        self._client.close()
        self._server.close()

    def _pass_down(self) -> None:
        with suppress(OSError):
            while chunk := self._server.recv(_CHUNK):
                fault = self._answered()
                if fault is not None and fault.point == "answer_lost":
                    fault.strike()
                    self.cut()
                    break
                if fault is not None:
                    fault.strike()
                    self._closing.wait(fault.late)
                if self._is_cut:  # to a part of a request the server may have an answer, too
                    break
                self._client.sendall(chunk)
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_WR)

    def _heard(self, chunk: bytes) -> RelayFault | None:
        """What happens to the request that this is a part of; told once, when its mark has come."""
        with self._lock:
            if self._is_counted or len(self._head) >= _HEAD:
                return None
            self._head += chunk[:_HEAD]
            self._is_counted, self._fault = self._fault_of(self._head)
            return self._fault

    def _answered(self) -> RelayFault | None:
        """An answer comes, so the request is over: what happens to its answer."""
        with self._lock:
            fault, self._fault = self._fault, None
            self._head, self._is_counted = b"", False
            return fault


def _end(connection: socket.socket, *, resets: bool) -> None:
    """Wake whoever reads from it; when it is closed, the other side sees a reset or an end."""
    with suppress(OSError):
        if resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        else:
            connection.shutdown(socket.SHUT_WR)
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RD)
