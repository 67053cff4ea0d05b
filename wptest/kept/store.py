"""The failures of the last runs, kept beside a project, each by an id that replays it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from wptest.kept.circumstances import Circumstances, variables_named, variables_read
from wptest.kept.whole_file import write_whole
from wptest.run.bounds import TIMEOUT
from wptest.scenario.load import LoadedVariant
from wptest.subject.programs import LONGEST
from wptest.words.finding import BY_WEIGHT, Finding

FAILURES = Path(".wptest", "failures")
MOST = 200
_ID_LENGTH = 8
_BESIDE = ("message", "rootdir", "configured", "timeout")


@dataclass(frozen=True, slots=True)
class Kept:
    """A failure, with all that it takes to run it again.

    Attributes:
        file: the scenario file, relative to the directory that has the store where it lies below it.
        read: the environment variables that its expressions read; None for one that wasn't set.
        environment: those that programs saw.
        explored: what was explored when it broke (see `explore.rerun`); None for a plain run.
        subject: `engine`, or `process` for real programs: those in `bin_dir`, or our own.
        longest: how long a run with real programs may take, in nanoseconds.
        servers: which servers of the scenario were real ones, as `--server` says it.
        timeout: how long the run might take, in nanoseconds of real time; 0 for as long as it takes.
        rootdir: what pytest called its root, relative to the directory that has the store; empty for a command.
        configured: whether an ini file of pytest stands there.
        outcome: `failed`, or what else was no pass.
        reason: the names of what didn't hold.
        message: what the first of them said.
    """

    file: str
    scenario: str
    variant: str
    seed: int
    disk: str
    behaviour: tuple[str, ...]
    environment: Mapping[str, str]
    read: Mapping[str, str | None]
    outcome: str
    reason: tuple[str, ...]
    message: str = ""
    explored: dict[str, Any] | None = field(default=None)
    subject: str = "engine"
    bin_dir: str = ""
    longest: int = LONGEST
    servers: tuple[str, ...] = ()
    timeout: int = TIMEOUT
    rootdir: str = ""
    configured: bool = False

    @property
    def id(self) -> str:
        """Short, and the same for the same failure, whatever it was found with."""
        data = {name: value for name, value in asdict(self).items() if name not in _BESIDE}
        if not self.servers:  # failures without any have the ids that they had before there could be some
            del data["servers"]
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:_ID_LENGTH]

    @property
    def name(self) -> str:
        """`scenario` or `scenario::variant`."""
        return f"{self.scenario}::{self.variant}" if self.variant else self.scenario


class UnreadableFailureError(Exception):
    """What is kept can't be read: an older version wrote it, or somebody changed it."""


class Store:
    """Keeps failures as files below a directory; the oldest go when there are too many."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._directory = root / FAILURES

    def add(self, kept: Kept) -> str:
        """Keep a failure; its id, or nothing where it can't be written: that must never hide the failure itself."""
        try:
            make_hidden(self._directory)
            write_whole(self._path(kept.id), json.dumps(asdict(kept), indent=1) + "\n")
            for old in self._files()[MOST:]:
                old.unlink(missing_ok=True)
        except (OSError, ValueError):
            return ""
        return kept.id

    def ids(self) -> list[str]:
        """What there is, the newest first."""
        return [path.stem for path in self._files()]

    def get(self, name: str) -> Kept:
        """The failure of that id.

        Raises:
            UnreadableError: its file isn't what it was.
        """
        try:
            data = json.loads(self._path(name).read_text(encoding="utf-8"))
            data |= {"behaviour": tuple(data["behaviour"]), "reason": tuple(data["reason"])}
            data["servers"] = tuple(data.get("servers", ()))
            return Kept(**data)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise UnreadableFailureError(f"{self._path(name)} can't be read") from None

    def _path(self, name: str) -> Path:
        return self._directory / f"{name}.json"

    def _files(self) -> list[Path]:
        try:
            found = [(path.stat().st_mtime_ns, path.name, path) for path in self._directory.glob("*.json")]
        except OSError:  # another process took one away
            return []
        return [path for _, _, path in sorted(found, reverse=True)]


def make_hidden(directory: Path) -> None:
    """Make a directory below `.wptest`, which git leaves alone.

    Raises:
        OSError: it can't be made; nothing is left of it then.
    """
    ignore = directory.parent / ".gitignore"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not ignore.exists():
            write_whole(ignore, "*\n")
    except OSError:
        for empty in (directory, directory.parent):
            with suppress(OSError):
                empty.rmdir()
        raise


def nearest_store(directory: Path) -> Store:
    """The store of a directory, or of the nearest one above it that has one."""
    for above in (directory, *directory.parents):
        if (above / FAILURES).is_dir():
            return Store(above)
    return Store(directory)


def keep(
    variant: LoadedVariant,
    circumstances: Circumstances,
    findings: Iterable[Finding],
    explored: dict[str, Any] | None = None,
) -> str:
    """Keep what is no pass, if there is a store, and what was explored when it was found; its id."""
    findings = sorted(findings, key=lambda finding: BY_WEIGHT.index(finding.outcome))
    outcome = findings[0].outcome.value
    root, programs = circumstances.store, circumstances.programs
    if root is None:
        return ""
    path, text = variant.document.source.path.absolute(), variant.document.source.text
    kept = Kept(
        file=path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path),
        scenario=variant.scenario.scenario,
        variant=variant.id,
        seed=circumstances.seed,
        disk=circumstances.disk,
        behaviour=circumstances.behaviour,
        environment=dict(circumstances.environment),
        read=dict.fromkeys(variables_named(text)) | variables_read(text),
        outcome=outcome,
        reason=tuple(dict.fromkeys(finding.name for finding in findings if finding.outcome.value == outcome)),
        message=findings[0].message,
        explored=explored,
        subject="engine" if programs is None else "process",
        bin_dir=programs.given if programs is not None else "",
        longest=programs.longest if programs is not None else LONGEST,
        servers=tuple(each.written for each in circumstances.servers),
        timeout=circumstances.timeout,
        rootdir=os.path.relpath(circumstances.rootdir.path, root) if circumstances.rootdir is not None else "",
        configured=circumstances.rootdir is not None and circumstances.rootdir.configured,
    )
    return Store(root).add(kept)
