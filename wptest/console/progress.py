"""How far a long run is: a live line where people watch, else a plain line every few seconds."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import IO, Self

from wptest.document.report_events import ExplorationAdvanced, ReportEvent, VariantBegun, VariantEnded
from wptest.play.stopwatch import Stopwatch

_LIVE = 0.2
_PLAIN = 5.0


class Counter:
    """Counts jobs as they end.

    Args:
        total: how many there are.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def done(self) -> None:
        """One more job has ended."""
        self._done += 1

    def __str__(self) -> str:
        return f"{self._done} of {self._total} done"


class Underway:
    """Says what runs, and how far it is.

    Args:
        most: how many runs an exploration has at most, if that is bounded.
    """

    def __init__(self, most: int | None = None) -> None:
        self._bound = f" (at most {most:,})" if most is not None else ""
        self._text = ""

    def hear(self, event: ReportEvent) -> None:
        """See `ReportListener`."""
        match event:
            case VariantBegun():
                self._text = f"{event.name}: begins"
            case ExplorationAdvanced():
                found = f", {event.broken:,} broke something" if event.broken else ""
                self._text = f"{event.name}: {event.so_far}{self._bound}{found}"
            case VariantEnded():
                self._text = ""

    def __str__(self) -> str:
        return self._text


class Progress:
    """Writes progress from a thread of its own, since one variant alone can take long.

    Args:
        how_far: its text says how far it is.
        stream: where to write, usually standard error.
    """

    def __init__(self, how_far: object, stream: IO[str]) -> None:
        self._how_far = how_far
        self._stream = stream
        self._live = stream.isatty()
        self._shown = False
        self._watch = Stopwatch()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wptest-progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self.clear()

    def clear(self) -> None:
        """Take the live line away, before something else is written."""
        with self._lock:
            if self._shown:
                self._stream.write("\r\x1b[K")
                self._stream.flush()
                self._shown = False

    def _run(self) -> None:
        while not self._stop.wait(_LIVE if self._live else _PLAIN):
            with self._lock:
                line = f"{self._how_far}, {self._watch.seconds:.0f}s"
                self._stream.write(f"\r\x1b[K{line}" if self._live else f"wptest: {line}\n")
                self._stream.flush()
                self._shown = self._live
