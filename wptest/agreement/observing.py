"""What is seen of one run, on the engine or of real programs, in the words of recordings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from engine.kernel import Event
from engine.storage.disk_port import Disk, read_all
from engine.storage.real import RealDisk
from engine.units import SECOND
from wptest.recordings.case import LOOKED_AT
from wptest.recordings.looks import look, timeless
from wptest.recordings.played import PlayedCase, PlayedProgram
from wptest.run.result import Result
from wptest.run.world import World
from wptest.scenario.load import LoadedVariant
from wptest.subject.dialect import Dialect

LAST_LOOK = "at the end"
ROOT_ON_ENGINE = "/nowhere/root"  # where a run on the engine is: tables cut paths off by their last parts
_ROOT = "<root>"  # where any run is, in the words of recordings
_ENDS = ("cleanup", "closing")
_YEAR = re.compile(r"-\d{4}(?=-\d\d-\d\d_\d\d:\d\d:\d\d)")
_NOW = "-2039"  # what recordings take for the year of a run, whatever the clock of the run says
_BUSY = 1.0  # seconds that a real program may take to start and to end, which takes no time on the engine
_PRINTS = "wproj"  # of the programs, the one whose output is compared: that of others has figures and times


@dataclass
class Onlooker:
    """Looks at a run's files when its steps are done, before anything is cleaned up or recovered again.

    Attributes:
        looks: what was seen, by the name of the look.
        doubts: which steps came at another moment than the scenario says.
    """

    variant: LoadedVariant
    looks: dict[str, dict[str, Any]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    _places: tuple[str, ...] = ()

    def watch(self, world: World) -> None:
        """Prepare a world for it."""

        def seen(_event: Event) -> None:
            if LAST_LOOK not in self.looks:
                self.doubts += [doubt for doubt in world.doubts if doubt not in world.subject.doubts]
                with world.subject.still():
                    self.looks[LAST_LOOK] = self._look(world.machine.disk)

        for kind in _ENDS:
            world.machine.trace.listen(kind, seen)

    def played(self, result: Result) -> PlayedCase:
        """All that was seen of the run with this result."""
        played = PlayedCase(looks=self.looks, busy=_BUSY)
        running: dict[str, tuple[PlayedProgram, int]] = {}
        for event in result.events:
            if event.kind in _ENDS:
                break
            if event.kind == "program.started":
                command = str(event.fields["command"])
                running[event.process] = (played.started(command, _named(event, command)), event.time)
            elif event.process in running:
                self._take(event, *running[event.process])
        return played

    def _take(self, event: Event, program: PlayedProgram, began: int) -> None:
        match event.kind:
            case "program.exited":
                program.exit = _exit(int(event.fields["code"] or 0))
                program.seconds = round((event.time - began) / SECOND, 2)
            case "program.killed":
                program.exit = f"killed by SIG{event.fields['signal']}"
                program.seconds = round((event.time - began) / SECOND, 2)
            case "recovery.file_removed":
                program.finished.append(timeless(self._of_now(str(event.fields["path"]))))
            case "program.output" if program.command.startswith(_PRINTS):
                if line := str(event.fields["line"]).rstrip():
                    program.output.append(self._of_no_place(line))

    def _look(self, disk: Disk) -> dict[str, Any]:
        """The files as they are: real ones untranslated."""
        root, plain = ROOT_ON_ENGINE, disk
        self._places = (root,)
        if isinstance(disk, RealDisk):
            place = disk.root.resolve()
            self._places = tuple(dict.fromkeys((str(place), str(disk.root))))
            root, plain = str(place), RealDisk(place)
        files = {path: read_all(plain, path) for path in plain.list("")}
        there = [place for place in LOOKED_AT if plain.exists(place)]
        return look(files, there, root, named=lambda path: timeless(self._of_now(path)))

    def _of_no_place(self, line: str) -> str:
        """The line, wherever the run was."""
        for place in self._places:
            line = line.replace(place, _ROOT)
        return line

    def _of_now(self, path: str) -> str:
        """The path, with the year of a run where it is a file that the run has made."""
        outset, steps = self.variant.scenario.given.outset.files, self.variant.scenario.all_steps
        given = {*outset, *(name for _, step in steps for name in step.verb.files)}
        return path if path.removesuffix(".lock") in given or path in given else _YEAR.sub(_NOW, path)


def as_run(number: int, played: PlayedCase, dialect: Dialect) -> dict[str, Any]:
    """A run as recordings have it, with commands as the programs were given them."""
    programs = []
    for program in played.programs:
        command = " ".join(dialect.words(program.command))
        told: dict[str, Any] = {"label": program.label, "command": command}
        told |= {"program": program.command.split()[0], "exit": program.exit, "seconds": program.seconds}
        if program.finished:
            told["finished_files_in_order"] = program.finished
        if program.command.startswith(_PRINTS):
            told["output"] = program.output
        programs.append({key: value for key, value in told.items() if value is not None})
    return {"run": number, "programs": programs, "looks": played.looks}


def _named(event: Event, command: str) -> str | None:
    """What the scenario calls a program, where it has a name of its own."""
    return None if event.process == command.split(maxsplit=1)[0] else event.process


def _exit(code: int) -> int | str:
    return "killed by SIGABRT" if code == 134 else code
