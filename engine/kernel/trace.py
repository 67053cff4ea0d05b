"""Everything that happened, in order, and one hash over it.

The hash is over JSON text with non-ASCII escaped, because that text is the same on every Python version, hash
seed and machine; `repr` is not, since it depends on the Unicode tables.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode

_PENDING = 1000  # records that wait to be hashed together

FieldValue = str | int | bool | None
Listener = Callable[["Event"], None]


class Event(NamedTuple):
    """One effect: when (monotonic nanoseconds), by which process, of which kind, and its particulars."""

    time: int
    process: str
    kind: str
    fields: Mapping[str, FieldValue]


class Trace:
    """Records events and operations, tells listeners, and hashes all of it.

    Events are kept for reports; operations and timers are only hashed, since there may be millions.
    `keep=False` keeps no events either, so that memory stays flat; `hashed=False` (real processes, whose time is
    never the same twice) hashes nothing.
    """

    def __init__(self, *, keep: bool = True, hashed: bool = True) -> None:
        self.hashed = hashed
        self.events: list[Event] = []
        self.pending: list[object] | deque[object] = [] if hashed else deque(maxlen=0)
        self.operations = 0
        self._keep = keep
        self._of_kind: defaultdict[str, list[Event]] = defaultdict(list)
        self._hash = hashlib.sha256()
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)

    def emit(self, event: Event) -> None:
        """Record `event` and tell those who listen for its kind."""
        kind = event.kind
        if self._keep:
            self.events.append(event)
            self._of_kind[kind].append(event)
        if self.hashed:  # the names of the fields follow from the kind, so the values alone tell two runs apart
            self.pending.append(event[:-1] + tuple(event.fields.values()))
        if kind in self._listeners:
            for listener in tuple(self._listeners[kind]):  # while they are told, others come and go
                listener(event)

    def of(self, kind: str) -> Sequence[Event]:
        """The events of that kind, in order."""
        return self._of_kind.get(kind, ())

    def operation(self, *what: int | str) -> None:
        """Record one operation on storage: it counts and is hashed, and is not kept."""
        self.operations += 1
        self.pending.append(what)
        if len(self.pending) > _PENDING:
            self.fold()

    def listen(self, kind: str, listener: Listener) -> None:
        """Call `listener` at every event of `kind`."""
        self._listeners[kind].append(listener)

    def unlisten(self, kind: str, listener: Listener) -> None:
        """Call it no more."""
        self._listeners[kind].remove(listener)

    def fold(self) -> None:
        """Hash what is pending; the kernel calls it batch by batch."""
        if self.pending:
            # Without the brackets the text is the same however often this was called on the way.
            self._hash.update(_encode(self.pending)[1:-1].encode() + b",")
            self.pending.clear()

    def digest(self) -> str:
        """The SHA-256 of everything so far, as hexadecimal text."""
        self.fold()
        return self._hash.hexdigest()
