"""`wproj check`: whether the project can do what it is for, beyond its files being read without a mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.options import has_no_effect
from engine.programs.wproj.counting import Rescued, rescued
from engine.programs.wproj.text_tables import aligned_table, out_json, out_lines
from engine.project.model import Project
from engine.rescue.name import logged_path

EXIT_WRONG = 1

CheckLevel = Literal["ok", "warn", "error"]


@dataclass(frozen=True, slots=True)
class _Remark:
    """What was looked at, how it is, and what about it."""

    level: CheckLevel
    what: str
    detail: str


async def check_project(program: Program, command: Command) -> int:
    """Print what was looked at, and what is odd about it; the exit code: 1 when something is wrong."""
    for option in ("what", "console"):
        if option in command.options:
            has_no_effect(program, f"--{option}")
    found = await rescued(program, program.project.rescue_root)
    remarks = [
        *_input(program),
        *_sinks(program.project),
        *_expectations(program.project),
        *_rescue_files(found),
    ]
    errors = sum(remark.level == "error" for remark in remarks)
    warnings = sum(remark.level == "warn" for remark in remarks)
    if command.options.get("json"):
        out_json(program, {"ok": not errors, "items": [asdict(remark) for remark in remarks]})
    else:
        verdict = f"FAIL ({errors} errors)" if errors else f"OK ({warnings} warnings)" if warnings else "OK"
        rows = [(remark.what, remark.level, remark.detail) for remark in remarks]
        out_lines(program, [f"check: {verdict}", *aligned_table(("Item", "Verdict", "Detail"), rows)])
    return EXIT_WRONG if errors else 0


def _input(program: Program) -> Iterator[_Remark]:
    samples = program.project.samples
    if not program.project.sources:
        yield _Remark("warn", "input", "every source is switched off")
    for source in program.project.sources:
        if program.files.exists(source.path):
            yield _Remark("ok", "input", logged_path(source.path))
        else:
            yield _Remark("warn", "input", f"{logged_path(source.path)} is not there yet")
    if samples:
        rules = ", ".join(dict.fromkeys(sample.rule for sample in samples))
        yield _Remark("ok", "samples", f"{len(samples)} for {rules}")
    else:
        yield _Remark("warn", "samples", "there are none, so wpgen can't make any input")


def _sinks(project: Project) -> Iterator[_Remark]:
    for group in project.groups:
        if not group.infra:
            sinks = ", ".join(f"{sink.name} ({sink.type})" for sink in group.sinks)
            yield _Remark("ok", f"group {group.name}", f"{' '.join(group.takes)} to {sinks}")
    targets = Counter(sink.path for sink in project.sinks if sink.path is not None)
    for path, times in targets.items():
        if times > 1:
            names = ", ".join(sink.id for sink in project.sinks if sink.path == path)
            yield _Remark("warn", f"target {logged_path(path)}", f"several sinks write to it: {names}")


def _expectations(project: Project) -> Iterator[_Remark]:
    number = sum(sink.expect is not None for sink in project.sinks)
    if number:
        yield _Remark("ok", "expectations", f"sinks with one: {number}")
    else:
        yield _Remark("warn", "expectations", "no sink has any, so wproj validate can check nothing")
    for group in project.groups:
        expecting = [sink for sink in group.sinks if sink.expect is not None]
        if expecting and group.expect is None:
            detail = "no expect table, own or default: judged by group_input, with warnings only"
            yield _Remark("warn", f"group {group.name}", detail)
        for sink in expecting:
            if not sink.kind.is_counted:
                detail = f"the lines of a {sink.type} sink can't be counted, so its expectation is ignored"
                yield _Remark("warn", f"sink {group.name}/{sink.name}", detail)


def _rescue_files(found: Rescued) -> Iterator[_Remark]:
    if found.damage is not None:
        yield _Remark("error", "checkpoint", found.damage)
    waiting = sum(file.waiting for file in found.files if file.trouble is None)
    yield _Remark("ok", "rescue files", f"lines that a recovery will replay: {waiting}")
    for file in found.files:
        if file.trouble is not None:
            yield _Remark("warn", logged_path(file.path), f"{file.trouble} (lines: {file.waiting})")
