"""The real servers of this process: each is started when it is first needed, and ends with the process."""

from __future__ import annotations

import atexit
import os
from contextlib import ExitStack

from wptest.servers.opened import open_server
from wptest.servers.real_server import RealServer
from wptest.servers.server_errors import ServerFailedError, ServerMissingError

_Key = tuple[str, str, tuple[str, ...]]


class OpenedServers:
    """Servers that run, by what they were opened as; what isn't there is looked for once."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._end = ExitStack()
        self._servers: dict[_Key, RealServer | ServerMissingError | ServerFailedError] = {}
        atexit.register(self.close)

    @property
    def is_ours(self) -> bool:
        """Whether they are not those of the process that this one is a fork of."""
        return self._process == os.getpid()

    def get(self, kind: str, given: str, options: tuple[str, ...] = ()) -> RealServer:
        """A server, as `open_server` opens it.

        Raises:
            ServerMissingError, ServerFailedError: as `open_server`.
        """
        key = kind, given, options
        if key not in self._servers:
            try:
                self._servers[key] = self._end.enter_context(open_server(kind, given, options=options))
            except (ServerMissingError, ServerFailedError) as error:
                self._servers[key] = error
        found = self._servers[key]
        if isinstance(found, Exception):
            raise found.with_traceback(None)
        return found

    def close(self) -> None:
        """End those that we have started."""
        if self.is_ours:
            self._servers.clear()
            self._end.close()


_opened: list[OpenedServers] = []


def opened_servers() -> OpenedServers:
    """Those of this process."""
    if not (_opened and _opened[-1].is_ours):
        _opened.append(OpenedServers())
    return _opened[-1]
