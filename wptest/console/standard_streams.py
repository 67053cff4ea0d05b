"""Standard output and standard error that can't be written to: no traceback, and the verdict stands."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import TYPE_CHECKING

from engine.text.mistake import reason_of
from wptest.console.interrupt import Interrupted

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STDOUT, _STDERR = 1, 2


class _Descriptor(io.FileIO):
    """Takes everything; what can't be written, and all that comes after it, is dropped.

    Attributes:
        lost: why something was dropped that somebody wanted; empty if nothing was.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number, "w", closefd=False)
        self.lost = ""
        self._drops = False

    def write(self, data: ReadableBuffer, /) -> int:
        """Write, or drop.

        Raises:
            Interrupted: nobody reads standard output any more; it is raised once.
        """
        if self._drops:
            return memoryview(data).nbytes
        try:
            return super().write(data)
        except BrokenPipeError:
            self._drops = True
            if self.fileno() == _STDOUT:
                raise Interrupted(signal.SIGPIPE) from None
        except OSError as error:
            self._drops = True
            self.lost = reason_of(error)
        return memoryview(data).nbytes


class Streams:
    """Puts such streams in the places of standard output and standard error."""

    def __init__(self) -> None:
        self._output: _Descriptor | None = None
        # Python has none for a descriptor that was closed before it began (`>&-`).
        sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
        if (stream := _on(_STDOUT, sys.stdout)) is not None:
            self._output = _Descriptor(_STDOUT)
            sys.stdout = _text(self._output, stream)
        if (stream := _on(_STDERR, sys.stderr)) is not None:
            sys.stderr = _text(_Descriptor(_STDERR), stream)

    def lost_output(self) -> str:
        """Why standard output has not all that was written to it; empty if it has, or if nobody reads it."""
        if self._output is None:
            return ""
        sys.stdout.flush()
        return self._output.lost


def _nowhere() -> io.TextIOWrapper:
    """A stream that drops everything; its descriptor, maybe the closed one, stays open as long as we live."""
    descriptor = os.open(os.devnull, os.O_WRONLY)
    return open(descriptor, "w", encoding="utf-8", closefd=False)


def _on(descriptor: int, stream: object) -> io.TextIOWrapper | None:
    """The stream, if it writes to that descriptor: somebody may have put another one there, or closed it."""
    if not isinstance(stream, io.TextIOWrapper) or stream.closed:
        return None
    try:
        return stream if stream.fileno() == descriptor else None
    except OSError:
        return None


def _text(descriptor: _Descriptor, like: io.TextIOWrapper) -> io.TextIOWrapper:
    """A text stream in its place; a scenario may have characters that the terminal's encoding doesn't."""
    like.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(descriptor),
        encoding=like.encoding,
        errors="backslashreplace",
        line_buffering=like.line_buffering,
        write_through=like.write_through,
    )
