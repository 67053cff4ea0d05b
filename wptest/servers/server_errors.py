"""What can be in the way of a real server: said to people, and never a traceback of ours."""

from __future__ import annotations


class ServerMissingError(Exception):
    """There is no such server or client here; what depends on it is unverified.

    Attributes:
        why: what isn't there, and where it was looked for.
        install: the command that installs it.
    """

    def __init__(self, why: str, install: str) -> None:
        super().__init__(f"{why}; install it: {install}")
        self.why = why
        self.install = install


class ServerFailedError(Exception):
    """The server is there and doesn't do: it won't start, gives no answer, or isn't ours to stop."""


class AddressError(Exception):
    """An address that was given for a server is none, or is one that isn't used without being told so."""


class NameTakenError(Exception):
    """There is a database or an index of that name, which is somebody's: it isn't touched."""
