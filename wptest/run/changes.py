"""What hands change without telling any program, and whether it made a difference to anything after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine.kernel import WallClock
from engine.storage.modes import ModeChange
from engine.storage.quotas import Room
from wptest.run.unbitten import Why
from wptest.text.wording import so_many
from wptest.words.doings import Doings, Done, told_on

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockChanged:
    """The wall clock was changed when it had been read so often; `back` says that it is right again since."""

    clock: WallClock
    reads: int
    back: bool


@dataclass(frozen=True, slots=True)
class Healed:
    """So many faults were ended that could still have bitten."""

    faults: int


Change = ModeChange | Room | ClockChanged | Healed


class Pointless(NamedTuple):
    """A change that made no difference.

    Attributes:
        keys: where below its step it stands.
        message: what made none.
        why: what is known of it, and one thing to do.
    """

    keys: Keys
    message: str
    why: Why


def pointless(change: Change, doings: Doings, before: Mapping[Done, int]) -> Pointless | None:
    """What is to be said of a change that met nothing; `before` is what had been done until then.

    One that only takes back another one, and so ends trouble, has to meet nothing.
    """
    match change:
        case ModeChange(matters=False):
            return _same_mode(change)
        case ModeChange(takes=True, denied=0):
            return _denied_nothing(change, doings, before)
        case Room(narrows=True, was_full=False):
            return _never_full(change)
        case ClockChanged(clock, reads, back=False) if clock.reads == reads:
            why = Why((), "change it before something is logged or a rescue file is named, or take the step out")
            return Pointless(("clock",), "nobody looked at the wall clock any more after it was changed", why)
        case Healed(faults=0):
            why = Why((), "take the step out, or put it where a fault is there")
            return Pointless(("heal",), "there was no fault to be healed", why)
        case _:
            return None


def _same_mode(change: ModeChange) -> Pointless:
    message = f"{change.path} already had the mode {change.after:04o}, as far as its owner is concerned"
    evidence = () if change.before == change.after else (f"its mode was {change.before:04o}",)
    help_ = f"programs run as the owner: take a bit of the owner away, like '{change.before & ~0o200:04o}'"
    return Pointless(("chmod", change.path), message, Why(evidence, help_))


def _denied_nothing(change: ModeChange, doings: Doings, before: Mapping[Done, int]) -> Pointless:
    path, mode = change.path, f"{change.after:04o}"
    since = {
        done: times
        for done, times in doings.since(before).items()
        if done[1] == path or done[1].startswith(f"{path}/")
    }
    binds = "whoever makes, renames or removes a file there" if change.is_dir else "whoever opens it anew"
    evidence = (f"the mode of a {'directory' if change.is_dir else 'file'} binds {binds}", *told_on(since))
    if any(operation == "append" for operation, _ in since):
        on = f'"{path}/**"' if change.is_dir else path
        help_ = f"to refuse writes, use a fault: {{on: {on}, fail: [write, open], errno: EACCES}}"
    elif since:
        help_ = "do it before what it is to deny"
    else:
        evidence, help_ = ("no program did anything there since then",), "do it before what it is to deny"
    return Pointless(("chmod", path), f"the mode {mode} of {path} denied nobody anything", Why(evidence, help_))


def _never_full(room: Room) -> Pointless:
    message = f"{room.directory} was never full: {so_many(room.size, 'byte')} fit"
    most = f"in it at most, when something was written: {so_many(room.most, 'byte')}"
    evidence = most if room.most else "nothing was written there since then"
    help_ = "make it smaller, or let more be written" if room.most else "name the directory that is written to"
    return Pointless(("disk", room.directory), message, Why((evidence,), help_))
