"""What a command or pytest is asked for, checked in one place: what doesn't go together is wrong usage in both."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.behaviour import REFERENCE, Behaviour
from engine.behaviour.profile import behaviour_of
from engine.text.mistake import Mistake
from engine.units import parse_duration
from wptest.kept.choices import LEVELS, ExploreLevel
from wptest.kept.circumstances import Circumstances
from wptest.run.bounds import TIMEOUT, patience
from wptest.scenario.root import Rootdir
from wptest.scenario.size_limit import of_programs
from wptest.subject.programs import LONGEST, NoProgramsError, Programs, find_programs

if TYPE_CHECKING:
    from wptest.servers.server_choice import ServerChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How variants are to be run, as options say it; see `Circumstances`.

    Attributes:
        subject: `engine`, or `process` for real programs.
        bin_dir: where those are; empty for our own.
        longest: what would take longer on them, in nanoseconds, isn't run; None where nobody says it.
        server: which servers of scenarios are to be real ones, each as `[NAME=]KIND` or `[NAME=]URL`.
        written: how an option is written where it was given, by its name for a command without dashes.
    """

    seed: int = 0
    disk: str = "memory"
    subject: str = "engine"
    bin_dir: str = ""
    longest: int | None = None
    behaviour: tuple[str, ...] = ()
    server: tuple[str, ...] = ()
    explore: ExploreLevel = "off"
    timeout: int = TIMEOUT
    written: Callable[[str], str] = "--{}".format

    def checked(self) -> tuple[Behaviour, Programs | None]:
        """The behaviour, and the real programs if there are to be some.

        Raises:
            Mistake: something doesn't go together, there is no such thing, or a variable of the environment makes
                no sense.
        """
        patience(os.environ)
        for mistake in self._contradictions():
            raise Mistake(mistake)
        _ = self.servers
        try:
            behaves = behaviour_of(self.behaviour) if self.behaviour else REFERENCE
            longest = LONGEST if self.longest is None else self.longest
            return behaves, find_programs(self.bin_dir, longest) if self.subject == "process" else None
        except (Mistake, NoProgramsError) as error:
            raise Mistake(str(error)) from None

    @property
    def servers(self) -> tuple[ServerChoice, ...]:
        """The real servers.

        Raises:
            Mistake: see `choices_of`.
        """
        if not self.server:
            return ()
        from wptest.servers.server_choice import choices_of  # noqa: PLC0415 - most runs have none

        return choices_of(self.server, self.written("server"))

    def circumstances(
        self, cwd: Path, *, store: Path | None = None, rootdir: Rootdir | None = None
    ) -> Circumstances:
        """The circumstances that this makes in the environment as it is now.

        Raises:
            Mistake: see `checked`; or another variable makes no sense.
        """
        behaves, programs = self.checked()
        return Circumstances(
            cwd=cwd,
            seed=self.seed,
            disk=self.disk,
            behaviour=self.behaviour,
            behaves=behaves,
            environment=of_programs(os.environ),
            programs=programs,
            servers=self.servers,
            timeout=self.timeout,
            explore=self.explore,
            rootdir=rootdir,
            store=store,
        )

    def _contradictions(self) -> Iterator[str]:
        written, process = self.written, f"{self.written('subject')} process"
        explores, on_disk = self.explore != "off", self.disk != "memory"
        if self.subject == "engine":
            for option, is_given in (("bin-dir", self.bin_dir), ("longest", self.longest is not None)):
                if is_given:
                    yield f"{written(option)} is about real programs: give {process} as well"
        else:
            for option, is_given in (("explore", explores), ("disk", on_disk)):
                if is_given:
                    yield f"{written(option)} is about the engine, and can't be had with {process}"
            if self.behaviour and self.bin_dir:
                own = f"{written('behaviour')} is about wptest's own programs"
                yield f"{own}, and can't be had with {written('bin-dir')}"
        if self.server:
            for option, is_given in (("explore", explores), ("subject", self.subject != "engine")):
                if is_given:
                    own = f"{written('server')} is about runs of the engine's programs"
                    yield f"{own}, and can't be had with {written(option)}"
        if explores and on_disk:
            disk = f"{written('disk')} {self.disk}"
            yield f"{written('explore')} is about simulated disks, and can't be had with {disk}"


def level_of(text: str, option: str) -> ExploreLevel:
    """How much is to be explored.

    Raises:
        Mistake: there is no such level.
    """
    for level in LEVELS:
        if level == text:
            return level
    raise Mistake(f"{option} = {text}: expected one of {', '.join(LEVELS)}")


def nanoseconds(text: str, option: str) -> int:
    """A duration that an option gives.

    Raises:
        Mistake: it is none.
    """
    try:
        return parse_duration(text)
    except Mistake as error:
        raise Mistake(f"{option}: {error.problem}", error.expected) from None
