"""What of a rescue file stands behind an intent, by places and not by looks.

Nobody else adds anything there, so it is a beginning of the lines that come next; at its end, after a kill, a part
of a line, and after a power loss whatever the disk has left of them: less, zeros in the place of bytes, holes.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.behaviour import Behaviour
from engine.machine.target import Target
from engine.rescue.checkpoint import Entry
from engine.rescue.reader import RescueReader
from engine.rescue.resuming.file_identity import Position, place_in
from engine.rescue.resuming.intents import Intent
from engine.storage.files import Handle

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands behind an intent.

    Attributes:
        start: the place in the rescue file from which it was looked at.
        end: the place behind the last line that has arrived whole.
        rest: so many bytes come after that line.
        is_torn: they are what a kill or a power loss has left of the next lines.
    """

    start: Position
    end: Position
    rest: int
    is_torn: bool

    @property
    def is_clear(self) -> bool:
        """Whether nothing but its lines stands there."""
        return not self.rest or self.is_torn


async def look_behind(
    behaviour: Behaviour, handle: Handle, intent: Intent, entry: Entry | None, target: Target
) -> Seen | None:
    """What stands behind an intent of the rescue file that is open; None where the file begins otherwise by now.

    The checkpoint's `entry`, if it is of the same intent, shortens the way.

    Raises:
        SinkError: the target can't be read.
        OSError: the rescue file can't be.
    """
    assert intent.behind is not None, "who asks has looked"
    until = await target.size() if intent.until is None else intent.until
    start, at = None, intent.behind
    if entry is not None and entry.lines >= intent.lines and intent.behind <= entry.target <= until:
        start, at = await place_in(behaviour, handle, entry.lines, entry.offset, entry.identity), entry.target
    if start is None:
        start, at = await place_in(behaviour, handle, intent.lines, intent.offset, intent.identity), intent.behind
    if start is None:
        return None
    there = await target.read(at, until)
    return await _compared(behaviour, handle, start, there)


async def _compared(behaviour: Behaviour, handle: Handle, start: Position, there: bytes) -> Seen:
    reader = RescueReader(handle, behaviour, start)
    at = len(there) - len(there.lstrip(b"\n")) and 1  # the end that somebody else's last line did not have
    end = start
    while at < len(there) and (unit := await reader.take(_BATCH)) is not None:
        same = 0
        for line in unit.lines:
            if not there.startswith(line + b"\n", at):
                break
            at += len(line) + 1
            same += 1
        if same:
            end = unit.right_after(same)
        if same < len(unit.lines):
            break
    rest = there[at:]
    torn = bool(rest) and await _is_torn(RescueReader(handle, behaviour, end), rest, at_start=at == 0)
    return Seen(start, end, len(rest), torn)


async def _is_torn(reader: RescueReader, rest: bytes, *, at_start: bool) -> bool:
    """Whether each byte is that of the next lines in its place, or a zero."""
    data = b""
    while len(data) < len(rest) and (unit := await reader.take(_BATCH)) is not None:
        data += b"".join(line + b"\n" for line in unit.lines)
    nexts = (data, b"\n" + data) if at_start else (data,)
    return any(len(rest) <= len(each) and _fits(rest, each) for each in nexts)


def _fits(rest: bytes, data: bytes) -> bool:
    if data.startswith(rest):
        return True
    return b"\0" in rest and all(not byte or byte == other for byte, other in zip(rest, data, strict=False))
