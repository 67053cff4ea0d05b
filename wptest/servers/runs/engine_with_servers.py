"""A subject whose programs are the engine's, and some of whose servers are real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import final

from engine.machine import Machine
from engine.project.database_conf import DatabaseConf, ServerConf
from engine.project.model import Project
from engine.servers.on_machine import start_servers
from engine.servers.server import DatabaseServer
from engine.servers.servers import simulated
from wptest.servers.runs.real_tables import Database
from wptest.servers.runs.server_of_run import ServerOfRun
from wptest.subject.port import Engine


@final
class EngineWithServers(Engine):
    """The engine, with these databases for servers of these names; the others are simulated.

    Args:
        databases: new ones.
        ours: the names of the servers that may be killed and stopped.
    """

    def __init__(self, databases: Mapping[str, Database], ours: frozenset[str]) -> None:
        self._databases = databases
        self._ours = ours
        self._servers: list[ServerOfRun] = []

    def start_servers(self, machine: Machine, project: Project) -> None:
        """See `Subject.start_servers`."""
        start_servers(machine, project, self._made)

    def end(self) -> None:
        """End what the run has left open."""
        for server in self._servers:
            server.close()
        self._servers.clear()

    def _made(self, machine: Machine, conf: ServerConf, tables: Sequence[DatabaseConf]) -> DatabaseServer:
        if conf.name not in self._databases:
            return simulated(machine, conf, tables)
        server = ServerOfRun(machine, conf, tables, self._databases[conf.name], is_ours=conf.name in self._ours)
        self._servers.append(server)
        return server
