"""The steps of a scenario in the words of recordings, so that what was seen can be played again without wptest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.behaviour import REFERENCE
from engine.programs.command import Command
from engine.project.model import Project
from engine.storage.disk_port import read_all
from engine.storage.memory import MemoryDisk
from engine.units import SECOND
from wptest.recordings.case import TakenStep
from wptest.recordings.played import UnplayableError
from wptest.run.outset import set_stage, shared_out
from wptest.scenario.load import LoadedVariant
from wptest.subject.dialect import Dialect, encoded
from wptest.subject.projects.seed_layout import CONF
from wptest.words.step import Step
from wptest.words.triggers.after_step import After
from wptest.words.triggers.sink_lines import UponLines
from wptest.words.verbs.files.append_lines import AppendLines
from wptest.words.verbs.files.permissions import ChangeModes
from wptest.words.verbs.files.remove_file import RemoveFile
from wptest.words.verbs.files.touch_file import TouchFile
from wptest.words.verbs.files.write_files import WriteFiles
from wptest.words.verbs.kill_program import Kill
from wptest.words.verbs.send_signal import SendSignal
from wptest.words.verbs.wait_for import Wait, WaitFor

_TO_READ = 1.0  # seconds in which a program that has started has read its settings
_NUMBERED = re.compile(rb"wp_event_id=(\d+) ([^{}]*)")


def recorded_steps(
    variant: LoadedVariant, dialect: Dialect, look: str, settings: Callable[[int], str] | None = None
) -> tuple[TakenStep, ...]:
    """The steps, with what was there before them, and a look of that name at the end.

    `settings` makes the project's settings with a speed limit. `wparse` reads at the scenario's rate and `wprescue`
    replays at the project's, and a project says one of them: its settings are written again where the other comes.

    Raises:
        UnplayableError: recordings have no word for something in the scenario, which its text names.
    """
    return tuple(_Translation(variant, dialect, settings).steps(look))


def first_pace(variant: LoadedVariant) -> int:
    """The speed limit of the first program that has one."""
    limits = _limits(variant.project)
    paced = (limits[command.program] for command in _commands(variant) if command.program in limits)
    return next(paced, variant.project.speed_limit)


def _limits(project: Project) -> dict[str, int]:
    return {"wparse": int(project.source.rate), "wprescue": project.speed_limit}


class _Translation:
    def __init__(self, variant: LoadedVariant, dialect: Dialect, settings: Callable[[int], str] | None) -> None:
        self._variant = variant
        self._dialect = dialect
        self._project: Project = shared_out(variant.project, variant.scenario.given.outset)
        self._started: list[str] = []
        self._labels: dict[str, str] = {}
        self._settings = settings
        self._pace = first_pace(variant)
        self._has_just_started = False

    def steps(self, look: str) -> Iterator[TakenStep]:
        scenario = self._variant.scenario
        if scenario.meanwhile:
            raise UnplayableError("steps beside the timeline")
        outset, disk = scenario.given.outset, MemoryDisk()
        if outset.rooms:
            raise UnplayableError("the size of a directory")
        set_stage(disk, self._project, outset, REFERENCE)
        for path in disk.list(""):
            yield self._write(path, read_all(disk, path))
        for step in scenario.when:
            yield from self._before(step)
            yield from self._does(step)
        yield TakenStep("look", look)

    def _before(self, step: Step) -> Iterator[TakenStep]:
        match step.trigger:
            case None:
                return
            case After(written=duration):
                yield TakenStep("wait", duration / SECOND)
            case UponLines(written=(sink, lines)):
                found = self._project.sink(sink)
                yield TakenStep("wait_lines", {"path": found.target if found else sink, "lines": lines})
            case trigger:
                raise UnplayableError(f"the trigger '{trigger.below or trigger.key}'")

    def _does(self, step: Step) -> Iterator[TakenStep]:
        verb = step.verb
        if verb.command is not None and verb.key in ("run", "start"):
            yield from self._paced(verb.command)
            yield self._program(verb.key, verb.command)
            self._has_just_started = verb.key == "start"
            return
        match verb:
            case Kill(written=name):
                yield from self._signal(name, "KILL")
            case SendSignal(written=signals):
                for name, signal in signals.items():
                    yield from self._signal(name, signal)
            case Wait(written=int() as duration):
                yield TakenStep("wait", duration / SECOND)
            case Wait(written=WaitFor(exit=str() as name)):
                yield TakenStep("wait_exit", self._label(name))
            case WriteFiles() | AppendLines():
                yield from self._files(verb.files, append=isinstance(verb, AppendLines))
            case ChangeModes(written=modes):
                yield TakenStep("chmod", {path: _octal(mode) for path, mode in modes.items()})
            case RemoveFile() | TouchFile():
                yield TakenStep(verb.key, str(verb.written))
            case _ if verb.check is not None:
                return
            case _:
                raise UnplayableError(f"the step '{verb.key}'")

    def _paced(self, command: Command) -> Iterator[TakenStep]:
        limit = _limits(self._variant.project).get(command.program, self._pace)
        if limit == self._pace or self._settings is None:
            return
        if self._has_just_started:  # it reads its own speed
            yield TakenStep("wait", _TO_READ)
        self._pace = limit
        yield TakenStep("write", {"path": CONF, "bytes": _as_bytes(self._settings(limit))})

    def _program(self, kind: str, command: Command) -> TakenStep:
        program = command.program
        self._started.append(program)
        label = command.called or f"{program}{self._started.count(program)}"
        self._labels[command.name] = label
        return TakenStep(kind, " ".join(self._dialect.words(command.text)), label)

    def _signal(self, name: str, signal: str) -> Iterator[TakenStep]:
        yield TakenStep("signal", {self._label(name): signal})
        if signal == "KILL":
            yield TakenStep("wait_exit", self._label(name))

    def _label(self, name: str) -> str:
        if name not in self._labels:
            raise UnplayableError(f"'{name}', which no step has started")
        return self._labels[name]

    def _files(self, files: Mapping[str, Any], *, append: bool) -> Iterator[TakenStep]:
        for path, file in files.items():
            yield self._write(path, file.content(path, self._project, {}), append=append)

    def _write(self, path: str, data: bytes, *, append: bool = False) -> TakenStep:
        is_rescue_file = path.startswith(f"{self._project.rescue_root}/") and path.endswith((".dat", ".lock"))
        is_entries = is_rescue_file and self._dialect.lines == "json" and not path.endswith("recover.lock")
        told: dict[str, Any] = {"path": path} | (_numbered(data, as_entries=is_entries) or {})
        if "lines" not in told:
            told["bytes"] = (encoded(self._dialect, data) if is_entries else data).decode("latin-1")
        return TakenStep("write", told | ({"append": True} if append else {}))


def _as_bytes(text: str) -> str:
    """A text, as recordings write bytes: each character is one."""
    return text.encode().decode("latin-1")


def _numbered(data: bytes, *, as_entries: bool) -> dict[str, Any] | None:
    """Lines that are the same but for their numbers, which go up one by one; None where they are others."""
    lines = data.split(b"\n")
    found = [_NUMBERED.fullmatch(line) for line in lines[:-1]]
    if lines[-1] or not found or not all(found):
        return None
    matches = [match for match in found if match is not None]
    first, texts = int(matches[0][1]), {match[2] for match in matches}
    if len(texts) > 1 or [int(match[1]) for match in matches] != list(range(first, first + len(matches))):
        return None
    told: dict[str, Any] = {"lines": len(matches), "line": f"wp_event_id={{n}} {texts.pop().decode()}"}
    return told | ({"first": first} if first > 1 else {}) | ({"as": "entry"} if as_entries else {})


def _commands(variant: LoadedVariant) -> Iterator[Command]:
    yield from filter(None, (step.verb.command for _, step in variant.scenario.all_steps))


def _octal(mode: int) -> str:
    return f"{mode:o}"
