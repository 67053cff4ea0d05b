"""What the world does to a run by hand: the clock, the disk's size, files, power."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from engine.text.mistake import Mistake
from engine.units import DURATION, parse_duration
from wptest.shapes import written
from wptest.shapes.shape import Choice, Shape
from wptest.shapes.values import Duration, Size, shown

DRIFT = "a drift like 200ppm or -50ppm"
MODE = "a mode in quotes, like '0500'"


def _signed_duration(value: Any) -> int:
    expected = f"{DURATION}, with - in front to go back"
    if not isinstance(value, str):
        raise Mistake(f"{shown(value)} is not a duration", expected)
    text = value.strip()
    try:
        return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text)
    except Mistake as error:
        raise Mistake(error.problem, expected) from None


def _drift(value: Any) -> int:
    match = re.fullmatch(r"([+-]?\d{1,6}(?:\.\d{1,3})?)\s*ppm", value) if isinstance(value, str) else None
    if match is None:
        raise Mistake(f"{shown(value)} is not a drift", DRIFT)
    return round(float(match[1]) * 1000)


def _mode(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"0?[0-7]{3}", value):
        raise Mistake(f"{shown(value)} is not a mode", MODE)
    return int(value, 8)


Mode = Annotated[int, BeforeValidator(_mode), written.MODE]


class ClockChange(Shape):
    """What happens to the wall clock; timers never follow it.

    `step` jumps, forward or back; `drift` gains or loses so many parts per billion from now on; `truncate` shows
    whole multiples of that time only.
    """

    choices = (Choice("a clock change", "of 'step', 'drift' and 'truncate'", ("step", "drift", "truncate")),)

    step: Annotated[int, BeforeValidator(_signed_duration), written.SIGNED_DURATION] | None = Field(
        default=None, description="The wall clock jumps so far: forward, or with `-` back."
    )
    drift: Annotated[int, BeforeValidator(_drift), written.DRIFT] | None = Field(
        default=None, description="From now on the wall clock gains (or with `-` loses) so much."
    )
    truncate: Duration | None = Field(
        default=None, description="From now on the wall clock shows whole multiples of this only.", examples=["1s"]
    )


Unsynced = Literal["lost", "kept", "some"]


class PowerLoss(Shape):
    """What becomes of what was never synced, names as well as bytes."""

    unsynced: Unsynced = Field(
        description="`lost`: only what is certain is left, as with `true`. `kept`: everything is left. `some`: "
        "one of the disks that the power loss may leave, drawn by the seed."
    )


class DiskSpace(Shape):
    """How many bytes fit into a directory."""

    size: Size = Field(description="How much fits; what is beyond it fails with ENOSPC.", examples=["256KiB"])
