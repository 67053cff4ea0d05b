"""The port of all parts of `given`, what is there before the first step. Each is one class in one file."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol, TypeVar

from engine.behaviour import Behaviour
from engine.project.model import Project
from engine.storage.profiles import DiskProfile
from wptest.shapes.values import parse_clock_time
from wptest.words.expectation import Known, Misuse, Named
from wptest.words.obstacle import Reason
from wptest.words.registry import Word, WrittenT
from wptest.words.setting.given_file import GivenFile
from wptest.words.stage import Reality
from wptest.words.verb import Hit, Snippet

T = TypeVar("T")

DEFAULT_CLOCK = parse_clock_time("2025-10-04 01:59:20")


@dataclass(slots=True)
class Outset:
    """What is there before the first step, besides the project: each part of `given` says its own.

    Attributes:
        behaviour: what the programs do; None where the scenario leaves that to who runs it.
        clock: the wall clock, in nanoseconds.
        lines: how many lines the input has; None where steps write it.
        shares: the shares of its rules, where they are not those of the project's samples.
        lasts: how long programs may rightly stand still until more of it comes, in nanoseconds.
        files: the files that are there, by path.
        rooms: how many bytes fit into directories.
        durability: what a power loss may take.
        variables: the environment variables, for programs and for files of a project.
        paths: where in the run's directory paths of a project lead that lead out of it.
    """

    behaviour: Behaviour | None = None
    clock: int = DEFAULT_CLOCK
    lines: int | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    lasts: int = 0
    files: Mapping[str, GivenFile] = field(default_factory=dict)
    rooms: Mapping[str, int] = field(default_factory=dict)
    durability: DiskProfile = "posix"
    variables: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GivenPart(Word, Protocol[WrittenT]):
    """A part of `given`, and all that anybody has to know of it.

    Attributes:
        default: what the schema says that is there without it, if anything.
        snippets: what editors offer to type.
        written: what a file gives it, checked by `value`.
    """

    default: ClassVar[Any] = None
    snippets: ClassVar[tuple[Snippet, ...]]

    written: WrittenT = field()

    @abstractmethod
    def set_up(self, outset: Outset, /) -> None:
        """Add to what is there before the first step."""

    def alter(self, project: Project, /) -> Project:
        """The project as it makes it."""
        return project

    @abstractmethod
    def names(self) -> Iterable[Named]:
        """The sinks that it names."""

    @abstractmethod
    def misuses(self, known: Known, /) -> Iterable[Misuse]:
        """What of it makes no sense in this scenario."""

    @abstractmethod
    def obstacles(self, real: Reality, /) -> Iterable[Reason]:
        """Why real programs or a real disk can't have it."""

    @abstractmethod
    def hits(self) -> Iterable[Hit]:
        """The trouble that it makes, as coverage counts it, and what it hits."""

    def beyond(self, _databases: Sequence[str], /) -> Iterable[str]:
        """What of it doesn't reach the files of databases, which SQLite reads and writes by itself."""
        return ()

    @classmethod
    def without_directory(cls, written: Any, /) -> Any:
        """What shrinking leaves of it, as a file writes it, if the project has no directory; None for nothing."""
        return written


class OfSinks(GivenPart[Mapping[str, T]], Protocol[T]):
    """What a scenario says of some sinks of its project, by their names.

    Attributes:
        says: what of a sink it says, an attribute of `SinkConf`.
    """

    says: ClassVar[str]

    def set_up(self, outset: Outset, /) -> None:
        """See `GivenPart.set_up`: it is in the project, and nowhere else."""
        del outset

    def alter(self, project: Project, /) -> Project:
        """See `GivenPart.alter`."""
        said: dict[str, dict[str, Any]] = {}
        for name, value in self.written.items():
            if (sink := project.sink(name)) is not None:
                said[sink.id] = {self.says: value}
        sinks = [tuple(replace(sink, **said.get(sink.id, {})) for sink in group.sinks) for group in project.groups]
        groups = zip(project.groups, sinks, strict=True)
        return replace(project, groups=tuple(replace(group, sinks=sinks) for group, sinks in groups))

    def names(self) -> Iterable[Named]:
        """See `GivenPart.names`."""
        return (Named("sink", name, (name,)) for name in self.written)
