"""The port between a scenario's world and what it runs against, and the engine behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from engine.machine import Machine, Program
from engine.machine.machine import Options
from engine.programs.command import Command
from engine.programs.launch import start, start_broken
from engine.project.model import Project
from engine.servers.on_machine import start_servers
from engine.storage.quotas import Room
from engine.text.diagnostic import Diagnostic
from engine.units import HOUR
from wptest.judge.rescue_names import rescue_bytes
from wptest.subject.fewer_modes import in_its_modes

Misread = Sequence[Diagnostic]


class NoPlaceError(Exception):
    """There is no place for a run's real files, or no room left: the machine's fault, and not the scenario's."""


class Subject(Protocol):
    """Starts programs, and says how what they do can be seen.

    Attributes:
        is_real: programs are processes of their own: a moment is not exact, and they are seen from outside.
        patience: for how long nothing may move before what is waited for won't come.
        glance: how often somebody who waits looks whether a program is left that could bring it about.
        doubts: why expectations may not hold there, whatever programs do.
        batches: in which steps lines arrive there; empty where they arrive one by one.
        wording: why a message that isn't logged may be logged in other words; empty where it would be in these.
    """

    is_real: bool
    patience: int
    glance: int
    doubts: Sequence[str]
    batches: str
    wording: str

    def options(self, options: Options) -> Options:
        """The machine's options, with the clock that the run goes by."""

    def start_servers(self, machine: Machine, project: Project) -> None:
        """Start the database servers of the project, if it has any."""

    def begin(self, machine: Machine, project: Project) -> None:
        """The stage is set: what changes from now on, programs have changed."""

    def start(self, machine: Machine, project: Project, command: Command, wrong: Misread = ()) -> Program:
        """Start a program; what is `wrong` with its project, if anything, is what it ends with."""

    def still(self) -> AbstractContextManager[object]:
        """Let no program move, so that what is looked at belongs together."""

    def by_hand(self) -> AbstractContextManager[object]:
        """What changes in it, no program has changed."""

    def resize(self, machine: Machine, sizes: Mapping[str, int]) -> list[Room]:
        """Let so many bytes fit into directories."""

    def content(self, machine: Machine, path: str) -> bytes:
        """What a rescue file has, or had when it was last seen."""


class Engine:
    """The engine: every program on one scheduler, which sees and decides all that happens. Implements `Subject`."""

    is_real = False
    patience = HOUR
    glance = 1 << 62  # never: time jumps to the end of all patience
    doubts: Sequence[str] = ()
    batches = ""
    wording = ""

    def options(self, options: Options) -> Options:
        """See `Subject.options`: virtual time."""
        return options

    def start_servers(self, machine: Machine, project: Project) -> None:
        """See `Subject.start_servers`: simulated ones."""
        start_servers(machine, project)

    def begin(self, machine: Machine, project: Project) -> None:
        """See `Subject.begin`: everything tells the trace what it does."""

    def start(self, machine: Machine, project: Project, command: Command, wrong: Misread = ()) -> Program:
        """See `Subject.start`."""
        command = in_its_modes(machine.behaviour, command)
        return start_broken(machine, command, wrong) if wrong else start(machine, project, command)

    def still(self) -> AbstractContextManager[object]:
        """See `Subject.still`: while anybody looks, nothing else runs."""
        return nullcontext()

    def by_hand(self) -> AbstractContextManager[object]:
        """See `Subject.by_hand`: the trace says who did what."""
        return nullcontext()

    def resize(self, machine: Machine, sizes: Mapping[str, int]) -> list[Room]:
        """See `Subject.resize`."""
        return machine.storage.quotas.resize(sizes)

    def content(self, machine: Machine, path: str) -> bytes:
        """See `Subject.content`: it is asked right when the replay begins."""
        return rescue_bytes(machine, path)


ENGINE: Subject = Engine()
