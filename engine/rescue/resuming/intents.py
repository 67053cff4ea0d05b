"""Intents: what a replay is about to do to a target, written down before it does it.

Each target has a file of them in the rescue root. An intent says: *behind byte `behind` of this target nothing is
added but lines of this rescue file, from this position on.* It is durable before the first line is added, and stays
true until somebody else wants to add something. Who does closes it first, in the target's turn: see `settle`.
So it is known from places whose a line is, and not from its bytes. docs/recovery.md says why that is right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

from engine.machine import Program
from engine.machine.target import Target
from engine.storage.disk_port import parent

INTENT_NAME = "recover.intent"
_DIGITS = 12
_NAME = re.compile(re.escape(INTENT_NAME) + f"-[0-9a-f]{{{_DIGITS}}}")
_NUMBER_DIGITS = 20
_WRITTEN_NUMBER = re.compile(rb'"number": "\d{%d}"' % _NUMBER_DIGITS)
_NO_NUMBER = b'"number": "%s"' % (b"0" * _NUMBER_DIGITS)
_MOST = 64  # places that are remembered of one rescue file
FromTo = tuple[int, int]  # from where to where in a target


class IntentError(Exception):
    """The file is there, and has no intents."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What was begun with one rescue file.

    Attributes:
        began: when its replay began for the first time, in nanoseconds of the wall clock: no two files of one name
            have the same.
        number: that of the rescue file: see `Disk.number`.
        size: how large the rescue file was.
        lines: so many of its lines were dealt with when the intent was written; `offset` are their bytes.
        identity: tells the file from others: see `engine.rescue.resuming.file_identity`.
        behind: where its next lines go in the target; None when none can have gone there since the position.
        until: where they end, because somebody else's begin; None while nobody else has added anything.
        arrived: where in the target its earlier lines stand, all of them if it is `whole`.
        whole: `arrived` and what stands `behind` are all that has arrived of it.
        counted: the file has changed or the sink keeps no order, so that lines are counted and not their places.
    """

    began: int
    number: int
    size: int
    lines: int = 0
    offset: int = 0
    identity: str = ""
    behind: int | None = None
    until: int | None = None
    arrived: tuple[FromTo, ...] = ()
    whole: bool = True
    counted: bool = False

    def written(self) -> dict[str, Any]:
        """How it is written."""
        return {
            "began": self.began, "number": _number(self.number), "size": self.size,
            "lines": self.lines, "offset": self.offset, "identity": self.identity,
            "behind": self.behind, "until": self.until, "arrived": self.arrived,
            "whole": self.whole, "counted": self.counted,
        }  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Whether lines may be added without another word."""
        return self.behind is not None and self.until is None

    def ends_at(self, size: int) -> int:
        """Where its lines end in a target of this size."""
        return size if self.until is None else self.until

    def with_arrived(self, end: int) -> Intent:
        """The same with what stands from `behind` to `end` among what has arrived, and nothing behind it."""
        if self.behind is None or self.behind >= end:
            return replace(self, behind=None, until=None)
        *earlier, last = self.arrived or ((self.behind, self.behind),)
        glued = [*earlier, (last[0], end)] if last[1] == self.behind else [*earlier, last, (self.behind, end)]
        kept = tuple(glued[-_MOST:])
        return replace(self, behind=None, until=None, arrived=kept, whole=self.whole and len(kept) == len(glued))

    def without_places(self) -> Intent:
        """The same where it is not known where in the target its lines stand."""
        return replace(self, behind=None, until=None, arrived=(), whole=False)

    def has_arrived(self, end: int | None, entry: tuple[int, int] | None = None) -> bool:
        """Whether all of the rescue file has arrived in a target that ends at `end`; None where that isn't known.

        The checkpoint's `entry` is the byte that it says to be the next one, and how large the target was then.
        """
        if self.behind is None:
            return self.offset >= self.size
        until = end if self.until is None else self.until
        if until is None:
            return False
        known = [(self.offset, self.behind)]
        if entry is not None and entry[1] >= self.behind:
            known.append(entry)
        return any(offset + until - behind == self.size for offset, behind in known)

    def places(self, size: int) -> Iterator[FromTo]:
        """Where its lines stand in a target of this size."""
        yield from self.arrived
        if self.behind is not None:
            yield self.behind, self.ends_at(size)


@dataclass(slots=True)
class Intents:
    """The intents on one target, by the paths of rescue files; and the number of the target they are about."""

    target: str
    number: int = 0
    begun: dict[str, Intent] = field(default_factory=dict)

    def are_about(self, target: Target) -> bool:
        """Whether the target is the one that they were written for, and not one that has taken its name."""
        return self.number in (0, target.number)


@lru_cache
def intent_path(root: str, target: str) -> str:
    """The file with the intents on a target."""
    return f"{root}/{INTENT_NAME}-{sha256(target.encode()).hexdigest()[:_DIGITS]}"


def is_intent_name(path: str) -> bool:
    """Whether a file has the intents on a target."""
    return _NAME.fullmatch(path.rpartition("/")[2]) is not None


def parse_intents(data: bytes) -> Intents:
    """Read the bytes of a file of intents.

    Raises:
        IntentError: there are none in it.
    """
    try:
        written = json.loads(data)
        begun = {path: _intent(each) for path, each in written["begun"].items()}
        target, number = written["target"], int(written["number"])
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise IntentError(str(error)) from error
    if type(target) is not str:
        raise IntentError("a value has the wrong type")
    return Intents(target, number, begun)


def _intent(written: dict[str, Any]) -> Intent:
    places = tuple([(start, end) for start, end in written["arrived"]])
    intent = Intent(**(written | {"number": int(written["number"]), "arrived": places}))
    numbers = [intent.began, intent.number, intent.size, intent.lines, intent.offset]
    numbers += [each for each in (intent.behind, intent.until) if each is not None]
    numbers += [edge for place in places for edge in place]
    flags = (intent.whole, intent.counted)
    if type(intent.identity) is not str or not all(type(each) is bool for each in flags):
        raise TypeError("a value has the wrong type")
    if not all(type(each) is int and each >= 0 for each in numbers):
        raise ValueError("a number is none, or negative")
    return intent


async def read_intents(program: Program, target: str) -> Intents:
    """The intents on a target; none where there is no file of them. A damaged one is put aside, with an error.

    Raises:
        OSError: it can't be read or put aside.
    """
    path = intent_path(program.project.rescue_root, target)
    found = await read_intents_in(program, path) if program.files.exists(path) else None
    return Intents(target) if found is None else found


async def read_intents_in(program: Program, path: str) -> Intents | None:
    """The same, of the file of that path; None where there are none in it.

    Raises:
        OSError: as `read_intents`.
    """
    try:
        found = parse_intents(await program.files.read(path))
    except IntentError as error:
        program.log.error("recover", f"intents {path} can't be read: {error}; going on without")
        await program.files.rename(path, f"{path}.bad")
        await program.files.sync_dir(parent(path))
        return None
    if program.behaviour.closed_intent == "open_at_zero":
        found.begun = {path: replace(each, until=each.until or None) for path, each in found.begun.items()}
    return found


async def write_intents(program: Program, intents: Intents) -> None:
    """Write them durably; the file goes when there are none.

    That it goes need not be durable: what it said of a finished rescue file hurts nobody.

    Raises:
        OSError: they can't be written.
    """
    path, how = intent_path(program.project.rescue_root, intents.target), program.behaviour.intent
    if how == "none":
        return
    if not intents.begun:
        if program.files.exists(path):
            await program.files.remove(path)
        return
    data = _written(intents)
    shown = _WRITTEN_NUMBER.sub(_NO_NUMBER, data) if program.files.traced else None  # they differ from disk to disk
    if how == "durable":
        await program.files.replace(path, data, shown)
    else:
        handle = await program.files.open(f"{path}.tmp", truncate=True)
        await handle.append(data, shown)
        handle.close()
        await program.files.rename(f"{path}.tmp", path)
    program.emit("intent.saved", path=path, target=intents.target, files=len(intents.begun))


def _written(intents: Intents) -> bytes:
    """How they are written: in one line, before each replay."""
    begun = {path: each.written() for path, each in intents.begun.items()}
    return json.dumps({"target": intents.target, "number": _number(intents.number), "begun": begun}).encode()


def _number(number: int) -> str:
    return str(number).zfill(_NUMBER_DIGITS)
