"""The port of all verbs: what a step does. Each is one class in one file of `wptest.words.verbs`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

from engine.programs.command import Command
from wptest.words.change import StepChange
from wptest.words.expect import Check
from wptest.words.obstacle import Reason
from wptest.words.registry import Word, WrittenT
from wptest.words.setting.given_file import GivenFile
from wptest.words.stage import Lives, Reality, Stage

Chapter = Literal["when", "meanwhile", "cleanup"]
IN_THE_TIMELINE = "put it in 'when': what comes after it there waits for it"
MAKES_TROUBLE = "a cleanup ends trouble and makes none: put it in 'when'"


@dataclass(frozen=True, slots=True)
class Stands:
    """In which chapters a word may stand: True, or what to do there instead."""

    when: Literal[True]
    meanwhile: Literal[True] | str
    cleanup: Literal[True] | str

    def instead(self, chapter: Chapter) -> str | None:
        """What to do in a chapter where it can't stand; None where it can."""
        found: Literal[True] | str = getattr(self, chapter)
        return None if found is True else found


@dataclass(frozen=True, slots=True)
class Snippet:
    """What editors offer to type, and in which chapter."""

    label: str
    description: str
    body: Mapping[str, Any]
    chapter: Chapter = "when"


class Hit(NamedTuple):
    """Trouble that a verb makes, for who counts what a suite covers: its name, and what it hits.

    It hits one `program` or database server, there the requests to a `table` alone or to all, the files that match
    `files`, what is in a `directory`, or all that runs.
    """

    name: str
    program: str = ""
    files: str = ""
    directory: str = ""
    table: str = ""


class Nature(NamedTuple):
    """What a verb does to the course of a run.

    Attributes:
        keeps_back: it may keep lines from a sink, or leave some of them waiting.
        may_miss: it may meet no operation of any program, which then proves nothing.
        is_heard: it says itself whether it came at the right moment, however far the programs had come.
        settles: it is done when the programs are at rest: what always holds is looked at then.
    """

    keeps_back: bool
    may_miss: bool
    is_heard: bool
    settles: bool


class Operations(NamedTuple):
    """Operations on files that a word is about: where it says so, below its step, and which."""

    place: tuple[str, ...]
    pattern: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verb(Word, Protocol[WrittenT]):
    """What a step does, and all that anybody has to know of it.

    Attributes:
        written: what a file gives it, checked by `value`.
        stands: in which chapters of a scenario it may stand.
        snippets: what editors offer to type.
        nature: what it does to the course of a run.
    """

    stands: ClassVar[Stands]
    snippets: ClassVar[tuple[Snippet, ...]]
    nature: ClassVar[Nature]

    written: WrittenT = field()

    @abstractmethod
    async def do(self, stage: Stage, /) -> Sequence[StepChange]:
        """Do it, and wait for its end; what it changed that may make a difference to nobody.

        Raises:
            NotRunningError: the program that it is about doesn't run.
            UnsupportedError: it has no effect where the run's disk is.
            OSError: what it does to a file can't be done.
        """

    @abstractmethod
    def lives(self, lives: Lives, /) -> None:
        """Tell which programs it starts or addresses, and in what state that leaves them."""

    @abstractmethod
    def takes(self) -> int | None:
        """How long it takes in nanoseconds; None where only the run knows."""

    @abstractmethod
    def obstacles(self, real: Reality, /) -> Iterable[Reason]:
        """Why it can't be done by real programs, or be shown on a real disk."""

    @abstractmethod
    def hits(self) -> Iterable[Hit]:
        """The trouble that it makes, as coverage counts it, and what it hits."""

    @property
    def command(self) -> Command | None:
        """The program that it starts."""
        return None

    @property
    def files(self) -> Mapping[str, GivenFile]:
        """The files that it writes."""
        return {}

    @property
    def makes(self) -> Iterable[str]:
        """The paths of files that are there when it is done."""
        return self.files

    @property
    def touches(self) -> Iterable[tuple[tuple[str, ...], str]]:
        """The paths of files that it changes by hand or copies, with their places below the step."""
        return ()

    @property
    def check(self) -> Check | None:
        """What it expects."""
        return None

    @property
    def operations(self) -> Operations | None:
        """The operations that it is about, on files that must be there."""
        return None

    @property
    def sinks(self) -> Iterable[tuple[tuple[str | int, ...], str]]:
        """The sinks that it names, with their places below the step."""
        return ()

    @property
    def lasts(self) -> int:
        """How long programs may rightly stand still because of it, in nanoseconds."""
        return 0

    @property
    def is_own_code(self) -> bool:
        """Whether it is code of the user's, which may do anything."""
        return False

    def beyond(self, _databases: Sequence[str], /) -> Iterable[str]:
        """What of it doesn't reach the files of databases, which SQLite reads and writes by itself."""
        return ()

    @classmethod
    def simpler(cls, _written: Any, /) -> Iterable[Mapping[str, Any]]:
        """What shrinking may try in its place where a later step waits for its end, as a file writes it."""
        return ()


class ByHand(Verb[WrittenT], Protocol[WrittenT]):
    """What somebody outside the programs does at once, without their knowledge; no fault reaches it.

    Attributes:
        destroys_lines: it may destroy lines, which are nobody's loss where the scenario allows that.
    """

    destroys_lines: ClassVar[bool]

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`: it takes no time."""
        with stage.by_hand([path for _, path in self.touches], destroys=self.destroys_lines):
            return self.change(stage)

    @abstractmethod
    def change(self, stage: Stage) -> Sequence[StepChange]:
        """Do it at once; what it changed that may make a difference to nobody. It raises what `do` raises."""

    def takes(self) -> int | None:
        """See `Verb.takes`."""
        return 0

    @property
    def touches(self) -> Iterable[tuple[tuple[str, ...], str]]:
        """See `Verb.touches`: its one path, or those that it maps to something, and maybe to other paths."""
        written: object = self.written
        if isinstance(written, str):
            return [((self.key,), written)]
        pairs = written.items() if isinstance(written, dict) else ()
        return [((self.key, name), path) for name, to in pairs for path in (name, to) if isinstance(path, str)]


# What many verbs say: `takes = no_time` in a class is no less said than a method.


def no_time(_verb: Verb[Any]) -> int | None:
    """It takes no time."""
    return 0


def no_program(_verb: Verb[Any], _lives: Lives) -> None:
    """It is about no program."""
