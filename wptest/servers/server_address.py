"""Where a server is spoken to: an address, with an account, and what may be given as one."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

from wptest.servers.server_errors import AddressError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A host and a port, and who speaks to it; `database` is where it begins, if anywhere."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    database: str = ""

    def at(self, port: int) -> ServerAddress:
        """The same, through another port of this machine."""
        return replace(self, host=LOOPBACK, port=port)

    def url(self, scheme: str) -> str:
        """It as people and SQLAlchemy write it."""
        account = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{account}{'@' if account else ''}{host}:{self.port}/{self.database}"


def address_of(url: str, schemes: tuple[str, ...], default_port: int, *, anywhere: bool = False) -> ServerAddress:
    """The address that a URL names; its path is left out, since no database that is given is ever used.

    Raises:
        AddressError: it is none for such a server, or no loopback address without `anywhere`.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.partition("+")[0]
    try:
        port = parts.port or default_port
    except ValueError as error:
        raise AddressError(f"{_shown(url)}: {error}") from None
    if scheme not in schemes or not parts.hostname:
        raise AddressError(f"{_shown(url)}: expected {schemes[0]}://[USER[:PASSWORD]@]HOST[:PORT]")
    if not (anywhere or is_loopback(parts.hostname)):
        raise AddressError(
            f"{_shown(url)}: {parts.hostname} isn't this machine, and databases would be made and dropped there; "
            "with WPTEST_SERVERS_ANYWHERE=1 it is used all the same"
        )
    return ServerAddress(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""))


def is_loopback(host: str) -> bool:
    """Whether every address that a host name stands for is this machine's own."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(str(each).partition("%")[0]).is_loopback for each in found)


def free_port() -> int:
    """A port of the loopback address that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
    return port


def _shown(url: str) -> str:
    """A URL without its password."""
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":***@") if parts.password else url
