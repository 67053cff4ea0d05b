"""Plays a case on the engine, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.behaviour.profile import behaviour_of
from engine.directories.load_project import load_project
from engine.directories.surroundings import ProjectSurroundings
from engine.kernel import Event, Signal, sleep
from engine.machine import Machine, Program
from engine.machine.machine import Options
from engine.machine.program import FigureRow
from engine.programs.command import parse_command
from engine.programs.launch import start, start_broken
from engine.programs.main import EXIT_USAGE
from engine.project.model import Project, SinkConf
from engine.storage.disk_port import read_all, write_all
from engine.storage.glob import path_pattern
from engine.storage.memory import MemoryDisk
from engine.text.mistake import Mistake
from engine.text.problems import ProjectError
from engine.units import MILLISECOND, SECOND, parse_phases
from tests.recordings.written import MOST_READ, content, growth, refuse_foreign, room, taken_by
from wptest.recordings.case import Case, TakenStep
from wptest.recordings.looks import as_told, look, without_time
from wptest.recordings.played import PlayedCase, PlayedProgram, UnplayableError, figure

START = 1_780_300_800_000_000_000  # 2026-06-01: later than the files that cases have from the start
LOOK_AGAIN = 2 * MILLISECOND
WATCH = 10 * MILLISECOND
STARTUP = 20 * MILLISECOND  # of a process, in the recordings: signals came so much later than the steps say
LOOKING = 200 * MILLISECOND  # what a look took
PORT = "19001"
ROOT = "<root>"  # where the run is, in the words of recordings
MOST_STEPS = 200_000_000
_DOWN = parse_phases("down 1h")
_STANDING = ("STOP", "CONT")
_HEARD_AS = {"QUIT": "TERM"}
_ABORTED_BY_SIGNAL = {134: "killed by SIGABRT"}


def play(case: Case, behaviour: str) -> PlayedCase:
    """Play a case on the engine.

    Raises:
        UnplayableError: the engine doesn't have what one of its steps needs.
    """
    refuse_foreign(case)
    return _EnginePlay(case, behaviour).play()


def why_unloaded(case: Case) -> str:
    """What is wrong with the project of a case, a line each; empty where it can be loaded."""
    project = _loaded(case.project)
    problems = project.problems if isinstance(project, ProjectError) else ()
    return "\n".join(f"project/{each.in_one_line}" for each in problems if each.severity == "error")


class _EnginePlay:
    def __init__(self, case: Case, behaviour: str) -> None:
        self._case = case
        self._played = PlayedCase()
        self._disk = MemoryDisk()
        options = Options(start=START, behaviour=behaviour_of([behaviour]), root=ROOT, work_root=ROOT)
        self._machine = Machine(self._disk, options)
        self._programs: dict[str, Program] = {}
        self._watched: list[Callable[[], None]] = []
        self._over = False
        for path in case.project:
            self._disk.mkdir(path.rpartition("/")[0])
            if path.endswith("/.keep"):
                write_all(self._disk, path, b"")
        self._files = case.project
        self._project = _loaded(case.project)
        self._machine.trace.listen("recovery.file_removed", self._finished)
        self._machine.trace.listen("program.output", self._printed)

    def play(self) -> PlayedCase:
        scheduler = self._machine.scheduler
        scheduler.run(scheduler.spawn(self._play()), max_steps=MOST_STEPS)
        return self._played

    async def _play(self) -> None:
        for take, step in taken_by(self, self._case.steps):
            await take(step)
        self._over = True
        for note in self._watched:
            note()

    async def _do_write(self, step: TakenStep) -> None:
        before = read_all(self._disk, step.given["path"]) if step.given.get("append") else b""
        path, added = step.given["path"], content(step.given)
        write_all(self._disk, path, before + added)
        if path in self._files:  # programs that start from now on have it
            kept = self._files[path] if step.given.get("append") else ""
            self._files = {**self._files, path: kept + added.decode(errors="replace")}
            self._project = _loaded(self._files)

    async def _do_touch(self, step: TakenStep) -> None:
        if not self._disk.exists(step.given):
            write_all(self._disk, step.given, b"")

    async def _do_same_second(self, _step: TakenStep) -> None:
        """Until a new second begins."""
        await sleep(SECOND - self._machine.wall.now() % SECOND + 20 * MILLISECOND)

    async def _do_mkdir(self, step: TakenStep) -> None:
        self._disk.mkdir(step.given)

    async def _do_remove(self, step: TakenStep) -> None:
        for path in self._matching(step.given):
            self._disk.remove(path)

    async def _do_move(self, step: TakenStep) -> None:
        to = step.given["to"]
        for path in self._matching(step.given["from"]):
            self._disk.mkdir(to.rpartition("/")[0])
            self._disk.rename(path, to)

    async def _do_chmod(self, step: TakenStep) -> None:
        for path, mode in step.given.items():
            if not self._disk.exists(path):
                raise UnplayableError(f"the permissions of {path}, which isn't there")
            self._disk.chmod(path, int(mode, 8))

    async def _do_tmpfs(self, step: TakenStep) -> None:
        self._disk.mkdir(step.given["path"])
        await self._do_resize(step)

    async def _do_resize(self, step: TakenStep) -> None:
        self._machine.storage.quotas.resize({step.given["path"]: room(step.given["size"])})

    async def _do_fifo(self, step: TakenStep) -> None:
        write_all(self._disk, step.given, b"")
        self._machine.storage.pipes.make(step.given)

    async def _do_read_fifo(self, step: TakenStep) -> None:
        path, into, every = step.given["fifo"], step.given["into"], round(step.given.get("every", 0.01) * SECOND)
        write_all(self._disk, into, b"")

        async def read() -> None:
            await sleep(round(step.given.get("after", 0) * SECOND))
            done = 0
            while not self._over:
                if taken := self._machine.storage.pipes.read(path, step.given.get("read", MOST_READ)):
                    write_all(self._disk, into, read_all(self._disk, path)[: done + taken])
                    done += taken
                await sleep(every)

        self._machine.scheduler.spawn(read())

    async def _do_wait(self, step: TakenStep) -> None:
        await sleep(round(step.given * SECOND))

    async def _do_wait_lines(self, step: TakenStep) -> None:
        path, lines = step.given["path"], step.given["lines"]
        await self._until(lambda: read_all(self._disk, path).count(b"\n") >= lines, step.timeout)

    async def _do_wait_gone(self, step: TakenStep) -> None:
        await self._until(lambda: not self._matching(step.given), step.timeout)

    async def _do_wait_there(self, step: TakenStep) -> None:
        await self._until(lambda: bool(self._matching(step.given)), step.timeout)

    async def _do_signal(self, step: TakenStep) -> None:
        for label, sent in step.given.items():
            name = _HEARD_AS.get(sent, sent)
            if name not in Signal.__members__ and name not in _STANDING:
                raise UnplayableError(f"the signal {name}")
            if label not in self._programs:
                continue
            process = self._programs[label].process
            if name == "STOP":
                process.pause()
            elif name == "CONT":
                process.resume()
            else:
                process.signal(Signal[name])

    async def _do_start(self, step: TakenStep) -> None:
        self._start(step)
        await sleep(STARTUP)

    async def _do_run(self, step: TakenStep) -> None:
        label = self._start(step)
        await self._ended(label, step.timeout)

    async def _do_wait_exit(self, step: TakenStep) -> None:
        await self._ended(step.given, step.timeout)

    async def _do_look(self, step: TakenStep) -> None:
        pipes = self._machine.storage.pipes.waiting
        files = {path: read_all(self._disk, path) for path in self._disk.list("") if path not in pipes}
        there = [place for place in self._case.places if self._disk.exists(place)]
        self._played.looks[step.given] = look(files, there, ROOT, self._case.places)
        await sleep(LOOKING)

    async def _do_watch(self, step: TakenStep) -> None:
        path = step.given
        began, seen = self._machine.scheduler.now, list[str]()

        def note() -> None:
            self._played.looks[f"growth of {path}"] = growth(seen)

        async def watch() -> None:
            lines = 0
            while not self._over:
                now = read_all(self._disk, path).count(b"\n")
                if now != lines:
                    lines = now
                    seen.append(f"{(self._machine.scheduler.now - began) / SECOND:.2f}: {lines}")
                await sleep(WATCH)

        self._watched.append(note)
        self._machine.scheduler.spawn(watch())

    def _matching(self, pattern: str) -> list[str]:
        return [path for path in self._disk.list("") if path_pattern(pattern).fullmatch(path)]

    async def _until(self, there: Callable[[], bool], timeout: float) -> None:
        end = self._machine.scheduler.now + round(timeout * SECOND)
        while not there() and self._machine.scheduler.now < end:
            await sleep(LOOK_AGAIN)

    def _start(self, step: TakenStep) -> str:
        played = self._played.started(step.given, step.name)
        try:
            command = replace(parse_command(step.given), called=played.label)
        except Mistake:
            played.exit, played.seconds = EXIT_USAGE, 0.0
            return played.label
        if isinstance(self._project, ProjectError):
            program = start_broken(self._machine, command, self._project.problems)
        else:
            program = start(self._machine, self._project, command)
        program.on_figures = lambda _title, rows: played.figures.update(_figures(rows))
        self._programs[played.label] = program
        began = self._machine.scheduler.now
        program.process.on_end.append(lambda: self._note_end(played, program, began))
        return played.label

    def _note_end(self, played: PlayedProgram, program: Program, began: int) -> None:
        killed = program.process.killed_by
        code = program.process.exit_code or 0
        played.exit = f"killed by SIG{killed.name}" if killed else _ABORTED_BY_SIGNAL.get(code, code)
        played.seconds = round((self._machine.scheduler.now - began) / SECOND, 2)

    async def _ended(self, label: str, timeout: float) -> None:
        program = self._programs.get(label)
        if program is None:
            return
        await self._until(lambda: not program.process.alive, timeout)
        program.process.kill()

    def _finished(self, event: Event) -> None:
        self._latest(event.process).finished.append(as_told(str(event.fields["path"])))

    def _printed(self, event: Event) -> None:
        if (line := str(event.fields["line"])).strip():
            self._latest(event.process).output.append(line)

    def _latest(self, label: str) -> PlayedProgram:
        return next(each for each in reversed(self._played.programs) if each.label == label)


def _figures(rows: list[FigureRow] | Any) -> dict[str, str]:
    told = {}
    for kind, target, figures in rows:
        total = figures["total"]
        name, row = figure(kind, without_time(target), total, figures.get("success", total))
        told[name] = row
    return told


def _loaded(files: Mapping[str, str]) -> Project | ProjectError:
    """The project of these files, whose input is read at its speed limit; or why it can't be read."""
    with TemporaryDirectory() as name:
        for path, text in files.items():
            file = Path(name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        try:
            project = load_project(Path(name), ProjectSurroundings(variables=(("PORT", PORT),)))
        except ProjectError as error:
            return error
    groups = tuple(replace(group, sinks=tuple(map(_alone, group.sinks))) for group in project.groups)
    source = replace(project.source, rate=project.source.rate or project.speed_limit)
    return replace(project, groups=groups, source=source)


def _alone(sink: SinkConf) -> SinkConf:
    """A sink, without anybody at the other end of its socket: no case that can be played has one."""
    return replace(sink, phases=_DOWN) if sink.stands_for == "tcp" else sink
