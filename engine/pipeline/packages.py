"""How a parser shares a read out: a batch for each group, or one for each rule, as real versions do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.behaviour import Behaviour
from engine.machine.records import cut_to
from engine.pipeline.router import Router

_RESIDUE = "residue"
_FORGOTTEN = 10_000  # after so many lines a real parser begins to count anew


class Package(NamedTuple):
    """Lines for one group, and which of its replicas gets them; None where they take turns."""

    group: str
    lines: Sequence[bytes]
    turn: int | None = None


class Packages:
    """Makes batches for groups of what one parser reads.

    With `replicas_of_group=by_lines_of_rule` each rule's lines are one, and how many of them there have been tells
    which replica gets it (D50). With `left_of_line=cut_off` what a rule's fields leave of a line goes to `residue`,
    and the line without it to its group (D51).
    """

    def __init__(self, router: Router, behaviour: Behaviour) -> None:
        self._router = router
        self._by_rule = behaviour.replicas_of_group == "by_lines_of_rule"
        self._cuts = behaviour.left_of_line == "cut_off"
        self._lines_of: Counter[str] = Counter()
        self._read = 0

    def of(self, lines: Sequence[bytes]) -> Iterator[Package]:
        """The batches of a read, in the order in which their first lines came."""
        if self._cuts:
            lines, left = self._cut(lines)
            if left:
                yield Package(_RESIDUE, left)
        if not self._by_rule:
            for group, share in self._router.split(lines).items():
                yield Package(group, share)
            return
        before, self._read = self._read, self._read + len(lines)
        if before // _FORGOTTEN != self._read // _FORGOTTEN:
            self._lines_of.clear()
        for (group, rule), share in self._router.split_by_rule(lines).items():
            self._lines_of[rule] += len(share)
            yield Package(group, share, self._lines_of[rule])

    def _cut(self, lines: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes]]:
        """The lines as their rules take them, and what is said of what they leave."""
        cut, left = list(lines), list[bytes]()
        for place, line in enumerate(lines):
            if (taken := self._router.rest(line)) is not None:
                cut[place] = cut_to(line, line.removesuffix(taken.left.encode()).rstrip())
                left.append(f"wpl:{taken.rule},residue:{taken.left}".encode())
        return cut, left
