"""`rescue`: how many rescue files there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import Compared, Comparison
from wptest.words.expectation import Expectation
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.registry import nothing


class RescueExpect(Shape):
    """How many rescue files there are: finished ones (`dat`) and ones still being written (`lock`)."""

    dat: Compared | None = documented("Released rescue files (`*.dat`).", "> 0")
    lock: Compared | None = documented("Rescue files still being written (`*.dat.lock`).", 0)


@final
class RescueFileCounts(Expectation[RescueExpect]):
    """How many rescue files there are."""

    key = "rescue"
    order = 20
    examples = ({"dat": 0, "lock": 0},)
    value = RescueExpect
    in_check = True
    names = patterns = obstacles = nothing

    def amounts(self) -> Iterable[tuple[str, Comparison]]:
        """See `Expectation.amounts`: a living writer's `.lock` is a `.dat` in the end."""
        said = (
            ("rescued", self.expected.dat), ("rescued", self.expected.lock), ("stranded", self.expected.lock)
        )  # fmt: skip
        return ((place, expected) for place, expected in said if expected is not None)

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for key, expected, found, what in (
            ("dat", self.expected.dat, facts.released_files, "released rescue files (.dat)"),
            ("lock", self.expected.lock, facts.locked_files, "rescue files being written (.dat.lock)"),
        ):
            evidence = (f"there is: {file}" for file in found)
            yield from facts.compare(
                Failure.RESCUE_FILES, (key,), expected, len(found), what=what, evidence=evidence
            )
