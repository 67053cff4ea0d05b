"""What tells one kind of database server from another: how it is found, made, started and asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from signal import Signals
from typing import Protocol

from wptest.servers.server_address import ServerAddress
from wptest.servers.server_program import ServerProgram


class ServerKind(Protocol):
    """A kind of server.

    Attributes:
        name: how it is asked for: `mariadb`.
        called: how people call it: `MariaDB`.
        schemes: what a URL of one begins with, the usual one first.
        default_port: where one listens that nobody has told anything.
        program: how its program is found.
        shuns_root: it refuses to run as root, and runs as somebody else then.
        ending: the signal that ends it in order.
    """

    name: str
    called: str
    schemes: tuple[str, ...]
    default_port: int
    program: ServerProgram
    shuns_root: bool
    ending: Signals

    def make(self, program: Path, home: Path, run: Callable[[Sequence[str]], None]) -> None:
        """Make the files of a new server in an empty directory; `run` runs a program that makes them."""

    def command(self, program: Path, home: Path, ports: Sequence[int]) -> list[str]:
        """How a server with these files is started; it listens on the first of three ports, which are free."""

    def address(self, port: int) -> ServerAddress:
        """How one that we have started is spoken to, by who may do everything."""

    def version(self, address: ServerAddress) -> str:
        """Its version; empty as long as it gives no answer.

        Raises:
            ServerMissingError: the client that it takes isn't installed.
        """

    def create(self, address: ServerAddress, name: str) -> ServerAddress:
        """Make a database, or whatever it has of the kind, and say how it is spoken to.

        Raises:
            NameTakenError: there is one of that name.
        """

    def drop(self, address: ServerAddress, name: str) -> None:
        """Remove it, with all that is in it."""
