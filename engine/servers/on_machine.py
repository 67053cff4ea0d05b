"""The servers of a machine, for whoever looks for them: most machines have none, and import none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.machine import Machine
from engine.project.model import Project

if TYPE_CHECKING:
    from engine.servers.server import SimulatedServer
    from engine.servers.servers import Servers


def servers_of(machine: Machine) -> Sequence[SimulatedServer]:
    """The servers of a machine; none where no project has any."""
    servers: Servers | None = machine.servers
    return () if servers is None else list(servers.by_name.values())


def processes_of(machine: Machine) -> Sequence[SimulatedServer]:
    """Those that are processes of their own, and no part of their clients."""
    return [server for server in servers_of(machine) if not server.kind.is_embedded]


def start_servers(machine: Machine, project: Project) -> None:
    """Start all servers of a project, if it has any, on a machine, which has none yet."""
    if not project.servers:
        return
    from engine.servers.servers import Servers  # noqa: PLC0415 - for those who have any

    assert machine.servers is None, "their files would be written twice"
    machine.servers = Servers(machine, project)


def servers_on(machine: Machine) -> Servers:
    """The servers of a machine, which were started."""
    found: Servers | None = machine.servers
    assert found is not None, "a project with databases has servers"
    return found
