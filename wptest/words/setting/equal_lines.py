"""`equal: every 3rd`: made-up lines that are equal, as heartbeats and marks of daemons are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.text.mistake import Mistake
from wptest.text.codes import Code
from wptest.text.wording import every

if TYPE_CHECKING:
    from engine.project.model import Project

SAME_FROM_OUTSIDE = "from outside, equal lines can't be told from each other"
_TWO = 2  # a line alone is equal to none


def demand_equal_lines(equal: int, lines: int) -> None:
    """See that of so many lines some are equal, where each `equal`-th is.

    Raises:
        Mistake: none are.
    """
    if lines < _TWO * equal:
        message = f"of {lines:,} lines no two are equal where {every(equal)} is"
        raise Mistake(message, f"{_TWO * equal:,} lines at least", code=Code.CHOICE)


def heartbeat_of(project: Project, path: str) -> str | None:
    """What the lines say that are equal in a rescue file or target: the same as those of its sink's in the input.

    None where no sample goes to its sink, or it has none.
    """
    from engine.project.routing import group_of  # noqa: PLC0415 - for a run only
    from engine.rescue.name import LOCK, parse_name  # noqa: PLC0415

    name = parse_name(path.removesuffix(LOCK), project.rescue_root)
    sink = project.sink_of_rescue_file(name.sink) if name is not None else None
    groups = {each.group for each in project.sinks if path == each.path or each == sink}
    for sample in project.samples:
        group = group_of(sample.rule, project.groups)
        if (group.name if group is not None else sample.rule) in groups:
            return sample.text
    return None
