"""What the world does to a run by hand: the clock, the disk's size, files, power."""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel import WallClock
from engine.storage import MemoryDisk, RealDisk
from engine.storage.disk import parent, write_all
from wptest.run.changes import Change, ClockChanged
from wptest.run.stage import content_of
from wptest.run.world import World
from wptest.words import actions
from wptest.words.hand import ClockChange, Unsynced


class UnsupportedError(Exception):
    """What a step does can't be done on this disk, so nothing that follows from it is proved."""


def lend_hand(world: World, hand: actions.Hand) -> Sequence[Change]:
    """Do it at once, without the programs' knowledge; no fault reaches it. What it changed, see `changes`.

    Raises:
        UnsupportedError: it has no effect where the run's disk is.
    """
    with world.subject.by_hand():
        return _lend(world, hand)


def _lend(world: World, hand: actions.Hand) -> Sequence[Change]:
    disk, machine = world.machine.disk, world.machine
    match hand:
        case actions.ChangeClock(change):
            return [_change_clock(machine.wall, change)]
        case actions.Resize(sizes):
            return world.subject.resize(machine, {path: space.size for path, space in sizes.items()})
        case actions.PowerLoss() | actions.Write() | actions.Remove() if world.forgives_kills:
            with world.ledger.debts.destroying():
                _change(world, hand)
        case actions.PowerLoss() | actions.Write() | actions.Remove():
            _change(world, hand)
        case actions.Chmod(modes):
            if not disk.binds_modes:
                raise UnsupportedError("permission bits don't bind root on a real disk")
            return [machine.storage.modes.change(disk, path, mode) for path, mode in modes.items()]
        case actions.Touch(path):
            disk.mkdir(parent(path))
            disk.close(disk.open(path))
    return ()


def _change_clock(wall: WallClock, change: ClockChange) -> ClockChanged:
    wall.step(change.step or 0)
    if change.drift is not None:
        wall.drift(change.drift)
    if change.truncate is not None:
        wall.truncate(change.truncate)
    return ClockChanged(wall, wall.reads, wall.is_right)


def _change(world: World, hand: actions.PowerLoss | actions.Write | actions.Remove) -> None:
    """Do what may destroy lines."""
    disk, machine = world.machine.disk, world.machine
    match hand:
        case actions.PowerLoss(unsynced):
            _power_loss(world, unsynced)
        case actions.Write(files):
            for path, file in files.items():
                if path == world.project.source.path:
                    machine.emit("wptest", "input.written", path=path, lines=None)
                write_all(disk, path, content_of(path, file, world.marks))
                world.ledger.book_file(path)
        case actions.Remove(path):
            disk.remove(path)


def _power_loss(world: World, unsynced: Unsynced) -> None:
    disk = world.machine.disk
    if not isinstance(disk, MemoryDisk):
        real = isinstance(disk, RealDisk)
        raise UnsupportedError(f"the power of a {'real' if real else 'fake'} disk can't be cut")
    for program in world.alive:
        program.process.kill()
    match unsynced:
        case "lost":
            disk.power_loss()
            world.machine.emit("wptest", "power.lost")
        case "kept":
            disk.power_loss(disk.crash_images("strict").images[0])
            world.machine.emit("wptest", "power.lost", unsynced=unsynced)
        case "some":
            disk.power_loss(disk.drawn_crash(world.machine.streams.stream("power loss")))
            world.machine.emit("wptest", "power.lost", unsynced=unsynced)
