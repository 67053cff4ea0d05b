"""`explore:` asks for more than one run: crash points, failing operations, interleavings, random faults."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import model_validator

from engine.databases.request import FaultPoint
from engine.storage.profiles import DiskProfile, SoundDisk
from engine.text.mistake import Mistake
from wptest.shapes.shape import Many, Shape, documented
from wptest.shapes.values import OneOrMany, Positive, ProcessKey
from wptest.shapes.written import OrTrue
from wptest.text.codes import Code
from wptest.words.faults.failing_operation import Errno

CrashKind = Literal["kill", "power-loss"]
TroubleName = Literal["kill", "power-loss", "error", "stop"]
Occurrence = Literal["once", "for-good"]
SwarmFault = Literal["storage", "clock", "kill", "sink", "equal"]
SEEDS = 100
IMAGES = 16
COMBINED_IMAGES = 4
COMBINED_MOST = 5000


class CrashExplore(Shape):
    """Crash at every operation, restart, recover and check; `depth` 2 crashes the recovery as well."""

    during: ProcessKey | None = documented("Only at operations of this program. Default: of every program.")
    at: Literal["every-operation"] = documented(
        "Where it crashes: before each operation, and after the last.", default="every-operation"
    )
    tear: bool = documented("Also crash in the middle of a write, with a part of it done.", default=True)
    kinds: Annotated[Many[CrashKind], OneOrMany] = documented(
        "What a crash is: every program is killed, or the power goes and what wasn't synced with it.",
        ["kill"],
        default=("kill", "power-loss"),
        alias="as",
        min_length=1,
    )
    disks: Annotated[Many[DiskProfile], OneOrMany] | None = documented(
        "What a power loss may leave of what was never synced: a disk profile, or several. Default: the scenario's "
        "`durability`, and `posix` without one and where that lies. It leaves what `ext4`, `xfs` and `btrfs` do.",
        ["ext4", "xfs", "btrfs"],
        min_length=1,
    )
    images: Positive = documented(
        "How many disks a power loss may leave at each moment, at most.", 64, default=IMAGES
    )
    depth: Literal[1, 2] = documented("How many crashes one after the other.", default=1)

    @model_validator(mode="after")
    def _lying_stands_alone(self) -> CrashExplore:
        if self.disks is not None and "lying" in self.disks and len(self.disks) > 1:
            raise Mistake("a disk lies or it doesn't: 'lying' stands alone", "disks: lying", code=Code.CHOICE)
        return self


class ErrorExplore(Shape):
    """Fail the first operation, the second, and so on, until a run has no operation left to fail."""

    during: ProcessKey | None = documented("Only operations of this program. Default: of every program.")
    errno: Annotated[Many[Errno], OneOrMany] | None = documented(
        "The errors to fail with. Default: each that the operation can give.", ["EIO", "ENOSPC"], min_length=1
    )
    occur: Annotated[Many[Occurrence], OneOrMany] = documented(
        "Whether the operation fails once, or it and all like it from then on, until the end.",
        "once",
        default=("once", "for-good"),
        min_length=1,
    )


class RequestExplore(Shape):
    """Let every request of database sinks to write go wrong, one in each run, at every point."""

    at: Annotated[Many[FaultPoint], OneOrMany] | None = documented(
        "Only at these points. Default: wherever a request to the server can go wrong.",
        ["answer_lost", "answer_late"],
        min_length=1,
    )


class CombineExplore(Shape):
    """Let two troubles come, one after the other, every one with every other: at most so many runs."""

    during: ProcessKey | None = documented("Only at operations of this program. Default: of every program.")
    troubles: Annotated[Many[TroubleName], OneOrMany] = documented(
        "What may come: all programs are killed, the power goes, an operation fails once, a program has to stop.",
        ["kill", "error", "stop"],
        default=get_args(TroubleName),
        alias="of",
        min_length=1,
    )
    errno: Annotated[Many[Errno], OneOrMany] | None = documented(
        "The errors to fail with. Default: the most usual one that the operation can give.",
        ["EIO", "ENOSPC"],
        min_length=1,
    )
    tear: bool = documented("Also crash in the middle of a write, with a part of it done.", default=False)
    disks: Annotated[Many[SoundDisk], OneOrMany] | None = documented(
        "What a power loss may leave of what was never synced: a disk profile, or several. Default: the scenario's "
        "`durability`, and `posix` without one and where that lies.",
        ["ext4", "xfs"],
        min_length=1,
    )
    images: Positive = documented(
        "How many disks a power loss may leave at each moment, at most.", 16, default=COMBINED_IMAGES
    )
    depth: Literal[1, 2] = documented("How many troubles one after the other.", default=2)
    most: Positive = documented(
        "How many runs at most, spread evenly over all that there are.", "10k", default=COMBINED_MOST
    )


class ScheduleExplore(Shape):
    """Run under other interleavings of the programs' tasks, one for each seed."""

    seeds: Positive = documented("How many seeds, from 1 on.", 200, default=SEEDS)
    shift: bool = documented(
        "Also shift the phases of `test_rescue` sinks, each seed by another time. The invariants must "
        "hold then; the scenario's own expectations are for its own phases.",
        True,
        default=False,
    )


class SwarmExplore(Shape):
    """Run with random faults, each run with a random choice of their kinds; a run is named by its seed."""

    seeds: Positive = documented("How many seeds, from 1 on.", 200, default=SEEDS)
    faults: Annotated[Many[SwarmFault], OneOrMany] = documented(
        "The kinds of fault that a run may have; `equal` is none, but makes lines equal to others.",
        ["storage", "kill"],
        default=("storage", "clock", "kill", "sink", "equal"),
        min_length=1,
    )
    guided: bool = documented(
        "Keep the runs that reach what none before has, and make most others of them by changing their faults.",
        True,
        default=False,
    )


class Explore(Shape):
    """Which explorations there are; `true` stands for one with its defaults."""

    crash: Annotated[CrashExplore, OrTrue()] | None = documented(
        "Crash at every operation, restart, recover and check.", {"during": "wprescue", "depth": 2}
    )
    errors: Annotated[ErrorExplore, OrTrue()] | None = documented(
        "Fail every operation, one after the other.", {"during": "wprescue", "errno": ["EIO", "ENOSPC"]}
    )
    requests: Annotated[RequestExplore, OrTrue()] | None = documented(
        "Let every request of database sinks go wrong, at every point.", True, {"at": "answer_lost"}
    )
    combine: Annotated[CombineExplore, OrTrue()] | None = documented(
        "Let two troubles come one after the other: kills, power losses, errors and stops.",
        {"during": "wprescue", "of": ["kill", "error", "stop"]},
    )
    schedule: Annotated[ScheduleExplore, OrTrue()] | None = documented(
        "Run under other interleavings.", {"seeds": 200}
    )
    swarm: Annotated[SwarmExplore, OrTrue()] | None = documented(
        "Run with random faults.", {"seeds": 200, "faults": ["storage", "kill"]}
    )
