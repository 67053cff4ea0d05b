"""Files that a scenario describes: those that are there at the start, and those that its steps write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, model_validator

from engine.text.mistake import Mistake
from wptest.shapes import written
from wptest.shapes.shape import KeyChoice, Shape, documented
from wptest.shapes.values import Count, EqualLines
from wptest.text.codes import Code
from wptest.words.obstacle import Beyond, Reason
from wptest.words.setting.equal_lines import SAME_FROM_OUTSIDE, demand_equal_lines, heartbeat_of

if TYPE_CHECKING:
    from engine.project.model import Project
    from wptest.words.stage import Reality


def _one_byte_each(value: str) -> str:
    for character in value:
        if ord(character) > 0xFF:
            raise Mistake(f"{character!r} is no single byte", 'characters up to "\\xff"')
    return value


class GivenFile(Shape):
    """A file that is there at the start: so many made-up lines (with a mark in each), this text, or these bytes.

    `bytes` is text in which each character stands for one byte, and so can be what UTF-8 can't.
    """

    choices: ClassVar[tuple[KeyChoice, ...]] = (
        KeyChoice("a file", "of 'lines', 'text' and 'bytes'", ("lines", "text", "bytes")),
    )

    model_config = ConfigDict(json_schema_extra={"dependencies": {"marked": ["lines"], "equal": ["lines"]}})

    lines: Count | None = documented("So many made-up lines.", 1000, "100k")
    marked: str | None = documented("A word in each of the `lines`, to tell them by.", "old")
    equal: EqualLines | None = documented(
        "Which of the `lines` are equal, as heartbeats are: to each other, and, where they have no "
        "mark, to those of the input that go to the same sink.",
        "every 3rd",
        "all",
    )
    text: str | None = documented("What is in the file, as text.", "one\ntwo\n")
    raw: Annotated[str, AfterValidator(_one_byte_each), written.BYTES_SCHEMA] | None = documented(
        "What is in the file: each character is one byte.", alias="bytes"
    )
    owed: bool = documented(
        "Whether the lines of a rescue file or a target are owed from then on. `false`: they are there a second "
        "time, as in a backup.",
        default=True,
    )

    @model_validator(mode="after")
    def _what_needs_lines(self) -> GivenFile:
        if self.lines is None and self.marked is not None:
            raise Mistake("'marked' marks made-up lines, and there are none", "lines: 10", code=Code.CHOICE)
        if self.lines is None and self.equal is not None:
            raise Mistake("'equal' is for made-up lines, and there are none", "lines: 10", code=Code.CHOICE)
        if self.lines is not None and self.equal is not None:
            demand_equal_lines(self.equal, self.lines)
        return self

    def content(self, path: str, project: Project, marks: dict[bytes, str], before: int = 0) -> bytes:
        """The bytes of the file at `path`; adds the marks of its lines to `marks`.

        Made-up lines are numbered: `before` is how many there are in front of them.
        """
        if self.text is not None:
            return self.text.encode()
        if self.raw is not None:
            return self.raw.encode("latin-1")
        from engine.pipeline.router import numbered  # noqa: PLC0415 - for a run only
        from engine.project.model import Sample  # noqa: PLC0415

        sample = Sample("", f"{self.marked or 'line'} of {path.rpartition('/')[2]}")
        lines = [numbered(sample, number) for number in range(before + 1, before + (self.lines or 0) + 1)]
        if self.equal is not None:
            heartbeat = (heartbeat_of(project, path) if self.marked is None else None) or sample.text
            lines[self.equal - 1 :: self.equal] = [heartbeat.encode()] * (len(lines) // self.equal)
        if self.marked is not None:
            marks.update(dict.fromkeys(lines, self.marked))
        return b"\n".join(lines) + b"\n" if lines else b""


def why_not_equal(real: Reality, files: Iterable[GivenFile]) -> Iterable[Reason]:
    """Why real programs can't be run with these files: some have equal lines."""
    if any(file.equal is not None for file in files):
        yield from real.why_never(Beyond.HIDDEN, SAME_FROM_OUTSIDE)
