"""What a run depends on besides its scenario, and the one command that gives its result again."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.behaviour import REFERENCE, Behaviour
from engine.text.diagnostic import shown_path
from engine.units import format_duration
from wptest.kept.choices import ExploreLevel, PictureLevel
from wptest.run.bounds import PATIENCE_VARIABLE, TIMEOUT
from wptest.run.result import Result
from wptest.run.world import RunOptions
from wptest.scenario.root import Rootdir
from wptest.scenario.size_limit import LINES_VARIABLE
from wptest.subject.programs import LONGEST, Programs

if TYPE_CHECKING:
    from wptest.servers.server_choice import ServerChoice

_NAMES = re.compile(r"\$\{\{\s*env\.(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a run depends on besides its scenario, and what is done with what comes of it.

    Attributes:
        cwd: the directory that the command is given in; paths below it are shown relative to it.
        seed: of all random choices.
        disk: `memory` or `real`.
        behaviour: the words that name it: profiles, and `choice=value`; none is the reference.
        behaves: the behaviour itself.
        environment: the variables that programs can see; those that `${{ }}` reads are the process's own.
        programs: the real programs that it runs against; None for the engine.
        servers: which servers of a scenario are real ones.
        timeout: how long a run may take, in nanoseconds of real time; 0 for no limit.
        explore: whether what passes is explored as well: `off`, `quick` or `full`.
        rootdir: what pytest calls its root; None for a command.
        store: the directory that keeps failures, if any does.
        pictures: of which runs the report has pictures.
    """

    cwd: Path
    seed: int = 0
    disk: str = "memory"
    behaviour: tuple[str, ...] = ()
    behaves: Behaviour = REFERENCE
    environment: Mapping[str, str] = field(default_factory=dict)
    programs: Programs | None = None
    servers: tuple[ServerChoice, ...] = ()
    timeout: int = TIMEOUT
    explore: ExploreLevel = "off"
    rootdir: Rootdir | None = None
    store: Path | None = None
    pictures: PictureLevel = "none"

    @property
    def options(self) -> RunOptions:
        """How to run a variant."""
        return RunOptions(self.seed, behaviour=self.behaves, environment=self.environment, timeout=self.timeout)


def replay_command(result: Result, circumstances: Circumstances) -> str:
    """The command line that runs one variant just as it was run, with the variables that matter before it."""
    target = f"{shown_path(result.path, circumstances.cwd)}::{result.name}"
    return run_command(target, result.seed, circumstances, read=variables_read(result.variant.document.source.text))


def run_command(
    target: str, seed: int, circumstances: Circumstances, *, read: Mapping[str, str] | None = None
) -> str:
    """The `wptest run` of a target under these circumstances; `read` are the variables that its file reads."""
    variables = {**(read or {}), **circumstances.environment}
    words = [f"{name}={shell_word(value)}" for name, value in variables.items()]
    words += ["wptest", "run", shell_word(target), "--seed", str(seed)]
    if circumstances.disk != "memory":
        words += ["--disk", circumstances.disk]
    words += _against(circumstances.programs)
    words += [word for each in circumstances.servers for word in ("--server", shell_word(each.written))]
    words += ["--timeout", format_duration(circumstances.timeout)] if circumstances.timeout != TIMEOUT else []
    words += [word for each in circumstances.behaviour for word in ("--behaviour", shell_word(each))]
    return " ".join(words)


def shell_word(text: str) -> str:
    """A word of a command line, on one line whatever is in it, as bash and zsh read it."""
    if text.isprintable():
        return shlex.quote(text)
    return f"$'{''.join(char if _stands_for_itself(char) else _as_bytes(char) for char in text)}'"


def _stands_for_itself(char: str) -> bool:
    return char.isprintable() and char not in "'\\"


def _as_bytes(char: str) -> str:
    is_byte = "\udc80" <= char <= "\udcff"  # of a file name that isn't UTF-8
    data = os.fsencode(char) if is_byte else char.encode(errors="surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in data)


def _against(programs: Programs | None) -> list[str]:
    """The options that name real programs."""
    if programs is None:
        return []
    words = ["--subject", "process"]
    words += ["--bin-dir", shell_word(programs.given)] if programs.given else []
    return words + (["--longest", format_duration(programs.longest)] if programs.longest != LONGEST else [])


def variables_read(text: str) -> dict[str, str]:
    """The environment variables that a scenario file's expressions read, and those of a run's bounds, where set."""
    names = (*variables_named(text), LINES_VARIABLE, PATIENCE_VARIABLE)
    return {name: os.environ[name] for name in names if name in os.environ}


def variables_named(text: str) -> list[str]:
    """The names of the environment variables that a scenario file's expressions read."""
    return list(dict.fromkeys(_NAMES.findall(text)))
