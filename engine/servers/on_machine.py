"""The servers of a machine, for whoever looks for them: most machines have none, and import none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.machine import Machine
from engine.project.model import Project

if TYPE_CHECKING:
    from engine.servers.server import DatabaseServer
    from engine.servers.servers import MakeServer, Servers


def servers_of(machine: Machine) -> Sequence[DatabaseServer]:
    """The servers of a machine; none where no project has any."""
    servers: Servers | None = machine.servers
    return () if servers is None else list(servers.by_name.values())


def processes_of(machine: Machine) -> Sequence[DatabaseServer]:
    """Those that are processes of their own, and no part of their clients."""
    return [server for server in servers_of(machine) if not server.kind.is_embedded]


def start_servers(machine: Machine, project: Project, make: MakeServer | None = None) -> None:
    """Start all servers of a project, if it has any, on a machine that has none; by default simulated ones."""
    if not project.servers:
        return
    from engine.servers.servers import Servers, simulated  # noqa: PLC0415 - for those who have any

    assert machine.servers is None, "their files would be written twice"
    machine.servers = Servers(machine, project, make or simulated)


def servers_on(machine: Machine) -> Servers:
    """The servers of a machine, which were started."""
    found: Servers | None = machine.servers
    assert found is not None, "a project with databases has servers"
    return found
