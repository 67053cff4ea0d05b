"""`files`: whether a file is there, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, final

from pydantic import ConfigDict, Field, model_validator

from engine.text.mistake import Mistake
from wptest.shapes.scenario_paths import RelativePath
from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import Compared
from wptest.text.codes import Code
from wptest.words.expectation import Expectation
from wptest.words.expectations.sink_content import Content, file_lines, judge_content
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.registry import nothing


class FileExpect(Shape):
    """What is expected of a file; with `lines` or `content` it has to be there."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    there: bool | None = documented("Whether it is there.", False)
    lines: Compared | None = documented("How many lines it has; a last one without an end counts.", 50)
    content: Content | None = documented(
        "What is in it: all of it, or lines like these, as in `sinks`.", {"contains": ["*GET /*"]}
    )

    @model_validator(mode="after")
    def _is_there_with_content(self) -> FileExpect:
        if not self.model_fields_set:
            raise Mistake("nothing is said of this file", "there, lines or content", code=Code.CHOICE)
        if self.there is False and (self.lines is not None or self.content is not None):
            raise Mistake("a file that is not there has no lines and no content", "there alone", code=Code.CHOICE)
        return self


@final
class FileStates(Expectation[dict[str, FileExpect]]):
    """Whether files are there and what is in them, by path: any files, of whoever has made them."""

    key = "files"
    order = 35
    examples = ({"data/rescue/README.txt": {"there": True}, "data/out_dat/a.dat.1": {"lines": 50}},)
    value = Annotated[dict[RelativePath, FileExpect], Field(min_length=1)]
    in_check = True
    names = patterns = amounts = obstacles = nothing

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for path, expected in self.expected.items():
            yield from _judge(facts.at(path), path, expected, facts.file(path))


def _judge(facts: Facts, path: str, expected: FileExpect, data: bytes | None) -> Findings:
    if expected.there is False:
        if data is not None:
            yield facts.finding(Failure.FILE, ("there",), f"{path} is there", _has(data))
        return
    if data is None:
        where = () if expected.there is None else ("there",)
        yield facts.finding(Failure.FILE, where, f"{path} is not there")
        return
    if facts.is_directory(path):
        for key in [each for each in ("lines", "content") if getattr(expected, each) is not None]:
            yield facts.finding(Failure.FILE, (key,), f"{path} is a directory, which has no lines")
        return
    lines = file_lines(data)
    what, evidence = f"lines in {path}", _has(data)
    yield from facts.compare(Failure.FILE, ("lines",), expected.lines, len(lines), what=what, evidence=evidence)
    if expected.content is not None:
        yield from judge_content(facts.at("content"), expected.content, data)


def _has(data: bytes) -> Iterator[str]:
    lines = file_lines(data)
    yield f"it has {len(lines)} {'line' if len(lines) == 1 else 'lines'}, {len(data)} bytes"
