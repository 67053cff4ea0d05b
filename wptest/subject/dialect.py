"""Dialects: which commands the programs of a version take, how they write rescue files, and what they log.

A dialect is found by asking the binary. Facts page sections 0.1, 1.6, 5 and 8 are where the differences come from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

RescueLines = Literal["raw", "json"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the programs of some versions are spoken to, and understood.

    Attributes:
        name: what people call it.
        modes: the sub-commands of `wprescue`; the help of such a program names these and no other.
        commands: commands of scenarios that are said otherwise here, by program and mode.
        missing: those that there are not, and why.
        lines: how a line stands in a rescue file: as it is, or as an object of JSON.
        has_checkpoint: whether the checkpoint is where ours is, and says what ours says.
        writes_projects: whether a project that a scenario writes out is enough: without WPL and OML.
        has_phases: whether the phases of `test_rescue` can be set.
        holds_signals: a signal that comes before the program can answer waits until it can.
    """

    name: str
    modes: frozenset[str]
    commands: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    lines: RescueLines = "raw"
    has_checkpoint: bool = False
    writes_projects: bool = False
    has_phases: bool = False
    holds_signals: bool = False

    def words(self, text: str) -> list[str]:
        """The words to start what a scenario calls `text`."""
        words = text.split()
        for ours, theirs in self.commands.items():
            if words[: len(ours.split())] == ours.split():
                return [*theirs.split(), *words[len(ours.split()) :]]
        return words

    def why_missing(self, text: str) -> str | None:
        """Why there is no such command; None where there is."""
        words = text.split()
        return next((why for ours, why in self.missing.items() if words[: len(ours.split())] == ours.split()), None)


_UNLOCK = "there is no 'wproj rescue unlock' in {}"

WPTEST = Dialect(
    "wptest",
    frozenset({"daemon", "work", "batch"}),
    has_checkpoint=True,
    writes_projects=True,
    has_phases=True,
    holds_signals=True,
)
SEED = Dialect(
    "seed",
    frozenset({"daemon", "work"}),
    commands={
        "wprescue batch": "wprescue work",
        "wproj data stat": "wproj stat file",
        "wproj data validate": "wproj validate sink-file",
    },
    missing={"wproj rescue unlock": _UNLOCK.format("the seed's versions")},
)
WP_MOTOR = Dialect(
    "wp-motor",
    frozenset({"batch"}),
    commands={
        "wprescue work": "wprescue batch",
        "wproj stat file": "wproj data stat",
        "wproj validate sink-file": "wproj data validate",
    },
    missing={
        "wprescue daemon": "public versions of wprescue have no daemon mode",
        "wproj rescue unlock": _UNLOCK.format("public versions"),
    },
    lines="json",
)
DIALECTS = (WPTEST, SEED, WP_MOTOR)


def dialect_of(version: str, help_text: str) -> Dialect | None:
    """The dialect of a `wprescue` that says this of itself; None when it is none that is known.

    A mode counts where it begins a line of the help, as lists of sub-commands have it, or stands behind the
    program's name.
    """
    if "of wptest" in version:
        return WPTEST
    found = re.findall(r"^\s*(?:\S*wprescue\s+)?(daemon|work|batch)\b", help_text, re.MULTILINE)
    return next((dialect for dialect in (SEED, WP_MOTOR) if dialect.modes == frozenset(found)), None)


def encoded(dialect: Dialect, lines: bytes) -> bytes:
    """Lines as the dialect has them in a rescue file."""
    if dialect.lines == "raw":
        return lines
    entries = [_entry(line) if line.strip() else line for line in lines.split(b"\n")]
    return b"\n".join(entries)


def decoded(dialect: Dialect, data: bytes) -> bytes:
    """The lines of a rescue file as they were sent; what is no raw entry stays as it is."""
    if dialect.lines == "raw":
        return data
    return b"\n".join(map(raw_line, data.split(b"\n")))


def _entry(line: bytes) -> bytes:
    entry = {"version": 1, "kind": "raw", "raw": line.decode(errors="replace")}
    return json.dumps(entry, ensure_ascii=False).encode()


def raw_line(line: bytes) -> bytes:
    """The line that an entry of JSON has; what is no raw entry stays as it is."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return line
    if isinstance(entry, dict) and entry.get("kind") == "raw" and isinstance(entry.get("raw"), str):
        return str(entry["raw"]).encode()
    return line
