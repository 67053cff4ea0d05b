"""`checkpoint`: what recovery has noted of its progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import final

from wptest.shapes.values import Compared, Comparison, Pattern
from wptest.shapes.wildcards import Glob
from wptest.words.expectation import Expectation, Sought
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.obstacle import Obstacle
from wptest.words.registry import nothing
from wptest.words.stage import Reality


@final
class CheckpointEntries(Expectation[Mapping[Glob, Comparison]]):
    """How many lines of each rescue file are done, as the checkpoint says; `{}`: no entry is left."""

    key = "checkpoint"
    order = 60
    examples = ({}, {"*01:59:24.dat": 100})
    value = dict[Pattern, Compared]
    in_check = True
    names = amounts = nothing

    def patterns(self) -> Iterable[Sought]:
        """See `Expectation.patterns`."""
        return (Sought("checkpoint entry", pattern, (str(pattern),)) for pattern in self.expected)

    def obstacles(self, real: Reality) -> Iterable[Obstacle]:
        """See `Expectation.obstacles`."""
        return (Obstacle(kind, (), why) for kind, why in real.why_no_checkpoint())

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        try:
            entries = facts.checkpoint
        except ValueError as error:
            yield facts.finding(Failure.CHECKPOINT, (), f"the checkpoint can't be read: {error}")
            return
        left = dict(entries)
        evidence = [f"the checkpoint says: {lines} lines of {file}" for file, lines in entries.items()]
        for pattern, expected in self.expected.items():
            matching = [file for file in entries if pattern.matches(file)]
            if not matching:
                message = f"the checkpoint: expected an entry like {pattern}, got none"
                yield facts.finding(Failure.CHECKPOINT, (str(pattern),), message, evidence)
            for file in matching:
                left.pop(file, None)
                what = f"lines of {file} that the checkpoint says are done"
                yield from facts.compare(Failure.CHECKPOINT, (str(pattern),), expected, entries[file], what=what)
        if left:
            wanted = f"only {len(self.expected)} kinds of entries" if self.expected else "no entry"
            message = f"the checkpoint: expected {wanted}, got also one of {', '.join(left)}"
            yield facts.finding(Failure.CHECKPOINT, (), message, evidence)
