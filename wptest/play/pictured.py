"""The picture of a run, while its events are at hand: of what is no pass, or of everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.behaviour import REFERENCE
from wptest.kept.circumstances import Circumstances
from wptest.play.variant_report import VariantReport
from wptest.run.result import Result

RunAs = Callable[[Circumstances], Result]


def pictured(report: VariantReport, result: Result, circumstances: Circumstances, run_as: RunAs) -> VariantReport:
    """The report with the picture of its run, if one is wanted.

    Of another behaviour than the reference it has the picture of the same run on that beside it: `run_as` runs it.
    """
    if circumstances.pictures == "none" or (report.is_pass and circumstances.pictures != "all"):
        return report
    # Most runs draw nothing.
    from wptest.report.picture.data import picture_data  # noqa: PLC0415
    from wptest.report.picture.drawing import picture_of  # noqa: PLC0415

    lanes: dict[str, Any] = picture_data(picture_of(result))
    if result.behaviour != REFERENCE and circumstances.programs is None and not report.is_pass:
        reference = run_as(replace(circumstances, behaviour=(), behaves=REFERENCE))
        lanes["reference"] = picture_data(picture_of(reference))
    assert report.variant is not None, "it has run"
    return replace(report, ended=replace(report.ended, told=replace(report.variant, lanes=lanes)))
