"""Dialects: which commands the programs of a version take, how they write rescue files, and what they log.

A dialect is found by asking the binary. Facts page sections 0.1, 1.6, 5 and 8 are where the differences come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.rescue.checkpoint import CHECKPOINT_NAME
from engine.rescue.entries import as_entries, plain_line
from engine.units import MILLISECOND, SECOND, Phase

RescueLines = Literal["raw", "json"]
Layout = Literal["seed", "motor"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the programs of some versions are spoken to, and understood.

    Attributes:
        name: what people call it.
        profile: the behaviour of the engine that is nearest to these programs; empty for the reference.
        listings: sets of sub-commands of `wprescue`; the help of such a program names one of these sets.
        commands: commands of scenarios that are said otherwise here, by program and mode.
        missing: those that there are not, and why.
        nearly: those that are said otherwise and are not quite the same there, and why.
        by_hand: those of `nearly` that our own programs do, for want of any.
        without: options that a command doesn't have, and that change nothing that matters, by the command there.
        lines: how a line stands in a rescue file: as it is, or as an object of JSON.
        checkpoint: where the checkpoint is: in the rescue root, as ours, or in a directory of its own, which says
            how many lines are done and no more; None where nobody knows.
        layout: how a project is laid out that a scenario writes; None where that can't be done.
        has_phases: whether the phases of `test_rescue` can be set.
        phases: those that it has where they can't be set: once, and then it is up.
        unit: how many lines `wparse` reads at once, whatever it is told of a rate; 0 where it does as it is told.
        lingers: how long, in nanoseconds, `wparse daemon` takes to end at its input's end; 0 where it doesn't.
        adds_input: `wpgen` adds to the input that is there, and doesn't empty it first.
        holds_signals: a signal that comes before the program can answer waits until it can.
    """

    name: str
    listings: tuple[frozenset[str], ...]
    profile: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    nearly: Mapping[str, str] = field(default_factory=dict)
    by_hand: frozenset[str] = frozenset()
    without: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lines: RescueLines = "raw"
    checkpoint: Literal["rescue_root", "work_directory"] | None = None
    layout: Layout | None = None
    has_phases: bool = False
    phases: tuple[Phase, ...] = ()
    unit: int = 0
    lingers: int = 0
    adds_input: bool = False
    holds_signals: bool = False

    def words(self, text: str) -> list[str]:
        """The words to start what a scenario calls `text`."""
        if (ours := _beginning(self.commands, text)) is not None:
            text = " ".join([*self.commands[ours].split(), *text.split()[len(ours.split()) :]])
        command = _beginning(self.without, text)
        options = self.without[command] if command is not None else frozenset[str]()
        return [word for word in text.split() if word not in options]

    def why_missing(self, text: str) -> str | None:
        """Why there is no such command; None where there is."""
        command = _beginning(self.missing, text)
        return None if command is None else self.missing[command]

    def why_not_quite(self, text: str) -> str | None:
        """Why what stands for a command there is not quite the same; None where it is."""
        command = _beginning(self.nearly, text)
        return None if command is None else self.nearly[command]

    def is_by_hand(self, text: str) -> bool:
        """Whether one of our own programs does it."""
        return _beginning(self.by_hand, text) is not None


def _beginning(commands: Iterable[str], text: str) -> str | None:
    """Which of the commands a text begins with, word by word; None where it is none of them."""
    words = text.split()
    return next((each for each in commands if words[: len(each.split())] == each.split()), None)


_UNLOCK = "there is no 'wproj rescue unlock' in {}"

WPTEST = Dialect(
    "wptest",
    (frozenset({"daemon", "work", "batch"}),),
    checkpoint="rescue_root",
    layout="seed",
    has_phases=True,
    holds_signals=True,
)
SEED = Dialect(
    "seed",
    (frozenset({"daemon", "work"}),),
    profile="seed",
    commands={
        "wprescue batch": "wprescue work",
        "wproj data stat": "wproj stat file",
        "wproj data validate": "wproj validate sink-file",
    },
    missing={"wproj rescue unlock": _UNLOCK.format("the seed's versions")},
)
WP_MOTOR = Dialect(
    "wp-motor",
    # 0.18.2 lists daemon as well, and refuses it.
    (frozenset({"batch"}), frozenset({"batch", "daemon"})),
    profile="wp-motor-1.17",
    commands={
        "wprescue work": "wprescue batch",
        "wprescue daemon": "wprescue batch",
        "wproj stat file": "wproj data stat",
        "wproj validate sink-file": "wproj data validate",
    },
    nearly={
        "wprescue daemon": "public versions refuse 'wprescue daemon': here it is 'batch', which ends by itself",
        "wproj rescue unlock": f"{_UNLOCK.format('public versions')}: here it is wptest's own",
    },
    by_hand=frozenset({"wproj rescue unlock"}),
    without={"wproj data validate": frozenset({"-v", "--verbose"})},
    lines="json",
    checkpoint="work_directory",
    layout="motor",
    phases=(Phase(up=True, duration=2 * SECOND), Phase(up=False, duration=2 * SECOND)),
    unit=1024,
    lingers=2500 * MILLISECOND,
    adds_input=True,
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
    return next((dialect for dialect in (SEED, WP_MOTOR) if frozenset(found) in dialect.listings), None)


def encoded(dialect: Dialect, lines: bytes) -> bytes:
    """Lines as the dialect has them in a rescue file; what can be in no entry stays as it is, poison there too."""
    return lines if dialect.lines == "raw" else as_entries(lines)


def decoded(dialect: Dialect, data: bytes) -> bytes:
    """The lines of a rescue file as they were sent; what is no entry stays as it is."""
    if dialect.lines == "raw":
        return data
    return b"\n".join(map(plain_line, data.split(b"\n")))


def checkpoint_of(dialect: Dialect, rescue_root: str) -> str:
    """The path of its checkpoint."""
    return f"{'rescue' if dialect.checkpoint == 'work_directory' else rescue_root}/{CHECKPOINT_NAME}"
