"""Tables, paths and JSON as WarpParse prints them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.text_tables import out_lines
from engine.project.model import GroupConf, Project
from engine.text.display import width

Alignment = Literal["left", "center", "right"]


def bordered_table(
    header: Sequence[str], alignments: Sequence[Alignment], rows: Sequence[Sequence[str]]
) -> Iterator[str]:
    """The lines of a table; its header stands at the left whatever its columns do."""
    widths = [max(map(width, column)) for column in zip(header, *rows, strict=True)]
    yield _line(header, ["left"] * len(header), widths)
    yield f"|{'|'.join('-' * (columns + 2) for columns in widths)}|"
    for row in rows:
        yield _line(row, alignments, widths)


def last_parts(path: str, parts: int = 3) -> str:
    """A path by its last parts, where it has more; a `.` is a part at its beginning only."""
    found = [part for place, part in enumerate(path.split("/")) if part not in ("", ".") or place == 0]
    found[0] = found[0] or "/"
    return path if len(found) <= parts else f".../{'/'.join(found[-parts:])}"


def groups_of_files(project: Project) -> tuple[GroupConf, ...]:
    """The groups that the project has itself, as its files are in order: infra groups by their names."""
    infra = sorted((group for group in project.groups if group.infra), key=lambda group: group.name)
    business = (group for group in project.groups if not group.infra)
    return tuple(group for group in (*business, *infra) if not group.is_built_in)


def work_root(program: Program, command: Command) -> str:
    """The work root as real programs write it before a path: with a dot where nobody has named another one."""
    return program.machine.root if "work_root" in command.options else f"{program.machine.root}/."


def out_warp_json(program: Program, value: object, *, in_order: bool = False) -> None:
    """Print a value as JSON, with the keys of its objects `in_order` of the alphabet or as they are."""
    out_lines(program, json.dumps(value, indent=2, ensure_ascii=False, sort_keys=in_order).split("\n"))


def _line(cells: Sequence[str], alignments: Sequence[Alignment], widths: Sequence[int]) -> str:
    return f"| {' | '.join(map(_padded, cells, alignments, widths))} |"


def _padded(cell: str, alignment: Alignment, columns: int) -> str:
    blanks = columns - width(cell)
    before = {"left": 0, "center": (blanks + 1) // 2, "right": blanks}[alignment]
    return f"{' ' * before}{cell}{' ' * (blanks - before)}"
