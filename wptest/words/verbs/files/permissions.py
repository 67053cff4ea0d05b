"""`chmod: {data/out_dat: "0500"}`: set permission bits."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, final

from pydantic import BeforeValidator, Field

from engine.storage.modes import ModeChange
from engine.text.mistake import Mistake
from wptest.shapes import written
from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.shapes.values import value_in_words
from wptest.words.change import InForce, Pointless, StepChange, Why
from wptest.words.doings import LaterDoings, told_on
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.stage import Reality, Stage, UnsupportedError
from wptest.words.verb import ByHand, Nature, Snippet, Stands, no_program

if TYPE_CHECKING:
    from engine.machine import Machine

MODE_WANTED = "a mode in quotes, like '0500'"
_OWNER = 0o700  # who all programs run as


def _mode(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"0?[0-7]{3}", value):
        raise Mistake(f"{value_in_words(value)} is not a mode", MODE_WANTED)
    return int(value, 8)


ModeBits = Annotated[int, BeforeValidator(_mode), written.MODE_SCHEMA]


@dataclass(frozen=True, slots=True)
class ModeSet(StepChange):
    """A path that has other permission bits from now on."""

    mode: ModeChange

    @property
    def subject(self) -> Hashable:
        """See `StepChange.subject`."""
        return "mode", self.mode.path

    @property
    def is_seen_by_nobody(self) -> bool:
        """See `StepChange.is_seen_by_nobody`: a real process doesn't say what it was denied."""
        return self.mode.takes

    def pointless(self, done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`."""
        if not self.mode.matters:
            return self._same()
        return self._denied_nothing(done) if self.mode.takes and not self.mode.denied else None

    def in_force(self, machine: Machine, first: StepChange) -> InForce | None:
        """See `StepChange.in_force`: as long as the owner has less than before any step."""
        assert isinstance(first, ModeSet), "changes of one subject are of one kind"
        path, mode, before = self.mode.path, self.mode.after, first.mode.before
        is_so = machine.disk.exists(path) and machine.disk.stat(path).mode == mode
        if not is_so or not before & ~mode & _OWNER:
            return None
        return InForce(f"{path} is still {mode:04o}", f'chmod: {{{path}: "{before:04o}"}}')

    def _same(self) -> Pointless:
        mode = self.mode
        message = f"{mode.path} already had the mode {mode.after:04o}, as far as its owner is concerned"
        evidence = () if mode.before == mode.after else (f"its mode was {mode.before:04o}",)
        help_ = f"programs run as the owner: take a bit of the owner away, like '{mode.before & ~0o200:04o}'"
        return Pointless(("chmod", mode.path), message, Why(evidence, help_))

    def _denied_nothing(self, done: LaterDoings) -> Pointless:
        path, mode, is_dir = self.mode.path, f"{self.mode.after:04o}", self.mode.is_dir
        since = {
            deed: times for deed, times in done.times.items() if deed[1] == path or deed[1].startswith(f"{path}/")
        }
        binds = "whoever makes, renames or removes a file there" if is_dir else "whoever opens it anew"
        evidence = (f"the mode of a {'directory' if is_dir else 'file'} binds {binds}", *told_on(since))
        if any(operation == "append" for operation, _ in since):
            on = f'"{path}/**"' if is_dir else path
            help_ = f"to refuse writes, use a fault: {{on: {on}, fail: [write, open], errno: EACCES}}"
        elif since:
            help_ = "do it before what it is to deny"
        else:
            evidence, help_ = ("no program did anything there since then",), "do it before what it is to deny"
        return Pointless(("chmod", path), f"the mode {mode} of {path} denied nobody anything", Why(evidence, help_))


@final
class ChangeModes(ByHand[dict[str, int]]):
    """Set permission bits."""

    key = "chmod"
    order = 130
    examples = ({"data/out_dat": "0500"},)
    value = Annotated[dict[RelativePath, ModeBits], Field(min_length=1), EachPathOnce]
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (
        Snippet("give permission back", "Set permission bits", {"chmod": {"${1:data/out_dat}": "0755"}}, "cleanup"),
    )
    nature = Nature(keeps_back=True, may_miss=True, is_heard=False, settles=False)
    destroys_lines = False
    lives = no_program
    hits = nothing

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        disk, modes = stage.machine.disk, stage.machine.storage.modes
        if not disk.binds_modes:
            raise UnsupportedError("permission bits don't bind root on a real disk")
        return [ModeSet(modes.change(disk, path, mode)) for path, mode in self.written.items()]

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_no_modes()

    def beyond(self, databases: Sequence[str]) -> Iterator[str]:
        """See `Verb.beyond`."""
        for changed in self.written:
            for path in databases:
                if path == changed or path.startswith(f"{changed}/"):
                    yield f"the mode of {changed} doesn't bind {path}, a database"
