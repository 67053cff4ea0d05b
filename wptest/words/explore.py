"""`explore:` asks for more than one run: crash points, failing operations, interleavings, random faults."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from engine.storage.profiles import DiskProfile
from engine.text.mistake import Mistake
from wptest.shapes.shape import Many, Shape
from wptest.shapes.values import OneOrMany, Positive, ProcessKey
from wptest.shapes.written import OrTrue
from wptest.text.codes import Code
from wptest.words.faults.failing_operation import Errno

CrashKind = Literal["kill", "power-loss"]
Occurrence = Literal["once", "for-good"]
SwarmFault = Literal["storage", "clock", "kill", "sink", "equal"]
SEEDS = 100
IMAGES = 16


class CrashExplore(Shape):
    """Crash at every operation, restart, recover and check; `depth` 2 crashes the recovery as well."""

    during: ProcessKey | None = Field(
        default=None, description="Only at operations of this program. Default: of every program."
    )
    at: Literal["every-operation"] = Field(
        default="every-operation", description="Where it crashes: before each operation, and after the last."
    )
    tear: bool = Field(default=True, description="Also crash in the middle of a write, with a part of it done.")
    kinds: Annotated[Many[CrashKind], OneOrMany] = Field(
        default=("kill", "power-loss"),
        alias="as",
        min_length=1,
        description="What a crash is: every program is killed, or the power goes and what wasn't synced with it.",
        examples=[["kill"]],
    )
    disk: Annotated[Many[DiskProfile], OneOrMany] = Field(
        default=("posix",),
        min_length=1,
        description="What a power loss may leave of what was never synced: a disk profile, or several. "
        "`posix` leaves whatever `strict` and `ordered` leave.",
        examples=[["ordered", "posix"]],
    )
    images: Positive = Field(
        default=IMAGES, description="How many disks a power loss may leave at each moment, at most.", examples=[64]
    )
    depth: Literal[1, 2] = Field(default=1, description="How many crashes one after the other.")

    @model_validator(mode="after")
    def _lying_stands_alone(self) -> CrashExplore:
        if "lying" in self.disk and len(self.disk) > 1:
            raise Mistake("a disk lies or it doesn't: 'lying' stands alone", "disk: lying", code=Code.CHOICE)
        return self


class ErrorExplore(Shape):
    """Fail the first operation, the second, and so on, until a run has no operation left to fail."""

    during: ProcessKey | None = Field(
        default=None, description="Only operations of this program. Default: of every program."
    )
    errno: Annotated[Many[Errno], OneOrMany] | None = Field(
        default=None,
        min_length=1,
        description="The errors to fail with. Default: each that the operation can give.",
        examples=[["EIO", "ENOSPC"]],
    )
    occur: Annotated[Many[Occurrence], OneOrMany] = Field(
        default=("once", "for-good"),
        min_length=1,
        description="Whether the operation fails once, or it and all like it from then on, until the end.",
        examples=["once"],
    )


class ScheduleExplore(Shape):
    """Run under other interleavings of the programs' tasks, one for each seed."""

    seeds: Positive = Field(default=SEEDS, description="How many seeds, from 1 on.", examples=[200])
    shift: bool = Field(
        default=False,
        description="Also shift the phases of `test_rescue` sinks, each seed by another time. The invariants must "
        "hold then; the scenario's own expectations are for its own phases.",
        examples=[True],
    )


class SwarmExplore(Shape):
    """Run with random faults, each run with a random choice of their kinds; a run is named by its seed."""

    seeds: Positive = Field(default=SEEDS, description="How many seeds, from 1 on.", examples=[200])
    faults: Annotated[Many[SwarmFault], OneOrMany] = Field(
        default=("storage", "clock", "kill", "sink", "equal"),
        min_length=1,
        description="The kinds of fault that a run may have; `equal` is none, but makes lines equal to others.",
        examples=[["storage", "kill"]],
    )


class Explore(Shape):
    """Which explorations there are; `true` stands for one with its defaults."""

    crash: Annotated[CrashExplore, OrTrue()] | None = Field(
        default=None,
        description="Crash at every operation, restart, recover and check.",
        examples=[{"during": "wprescue", "depth": 2}],
    )
    errors: Annotated[ErrorExplore, OrTrue()] | None = Field(
        default=None,
        description="Fail every operation, one after the other.",
        examples=[{"during": "wprescue", "errno": ["EIO", "ENOSPC"]}],
    )
    schedule: Annotated[ScheduleExplore, OrTrue()] | None = Field(
        default=None, description="Run under other interleavings.", examples=[{"seeds": 200}]
    )
    swarm: Annotated[SwarmExplore, OrTrue()] | None = Field(
        default=None,
        description="Run with random faults.",
        examples=[{"seeds": 200, "faults": ["storage", "kill"]}],
    )
