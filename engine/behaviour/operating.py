"""The choices of `wproj`: what a verdict sees and says, and what cleaning leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.behaviour.choice import choice


@dataclass(frozen=True)
class Operating:
    """An operator has the targets judged, or cleans up."""

    group_without_expect: Literal["sinks_judged", "sinks_ignored"] = choice(
        "sinks_judged",
        "what becomes of what sinks expect whose group has no `expect` table",
        sinks_ignored="D33: nobody looks at it, and nobody says so",
    )
    waiting_lines: Literal["considered", "overlooked"] = choice(
        "considered",
        "what a verdict makes of lines that are still in rescue files",
        overlooked="D33: nothing, as if they had never been sent",
    )
    repeated_lines: Literal["considered", "overlooked"] = choice(
        "considered",
        "what a verdict makes of lines that a target has more often than the input",
        overlooked="D33: it counts them, so that they stand for lines that are lost",
    )
    nothing_checked: Literal["unverified", "passes"] = choice(
        "unverified",
        "what a validation says that checked nothing",
        passes="D33: it exits with 0",
    )
    verdict_reasons: Literal["printed", "hidden"] = choice(
        "printed",
        "whether a validation says why it fails",
        hidden="D33: only by a word for each sink, so nothing at all for `sum_tol` and `others_max`",
    )
    data_clean: Literal["everything", "targets_only"] = choice(
        "everything",
        "what `wproj data clean` removes",
        targets_only="D34: rescue files and `recover.lock` stay, so that the next run replays old lines",
    )
