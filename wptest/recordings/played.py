"""What a player tells of one run of a case, in the words of `seen.yaml`; and what can't be played at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class UnplayableError(Exception):
    """The case needs something that the player doesn't have; its text names it."""


@dataclass(slots=True)
class PlayedProgram:
    """One program that was started.

    Attributes:
        exit: its exit code, or `killed by SIGKILL`.
        seconds: from its start to its end.
        computed: how many of them it computed or waited for a core: on another machine, or in another language,
            that takes longer, and nobody waits for it.
        finished: the rescue files that it has replayed to their end, in this order.
        figures: the rows of its last report: `total success rate` by stage and target.
        output: what it printed, without colours and blank lines.
    """

    label: str
    command: str
    exit: int | str | None = None
    seconds: float | None = None
    computed: float = 0.0
    finished: list[str] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)
    output: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PlayedCase:
    """One run of a case: its programs in the order of their start, and what was seen at each look.

    `busy` is how many seconds longer a real one may have taken, on a machine that has other things to do.
    """

    programs: list[PlayedProgram] = field(default_factory=list)
    looks: dict[str, dict[str, Any]] = field(default_factory=dict)
    busy: float = 0.0

    def started(self, command: str, name: str | None) -> PlayedProgram:
        """Take note of a program; its label is what its step calls it, or its name and a number."""
        program = command.split(maxsplit=1)[0]
        number = 1 + sum(each.command.split()[0] == program for each in self.programs)
        self.programs.append(PlayedProgram(name or f"{program}{number}", command))
        return self.programs[-1]


def figure(kind: str, target: str, total: int, success: int) -> tuple[str, str]:
    """A row of figures as recordings have it: `Sink web/web_log`, `500 500 100.0%`."""
    rate = 100 * success / total if total else 0.0
    return f"{kind.partition('_')[0].capitalize()} {target}", f"{total} {success} {rate:.1f}%"
