"""What a sink says of each line of a batch that it was given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of the lines of a batch, by their places in it, from 0 on.

    A line that isn't named comes *again*: the sink hasn't got it, and may take it later.

    Attributes:
        delivered: the sink has these.
        refused: these it will never take, and why not.
        unknown: nobody can say, since no answer came: they come again as well, and may then be there twice.
    """

    delivered: Collection[int] = ()
    refused: Mapping[int, str] = field(default_factory=dict)
    unknown: Collection[int] = ()

    @classmethod
    def first(cls, lines: int) -> BatchOutcome:
        """The first so many lines are delivered; the others come again."""
        return cls(range(lines))

    def behind(self, lines: int) -> BatchOutcome:
        """The same of a larger batch: so many lines, all of them delivered, come before."""
        return BatchOutcome(
            [*range(lines), *(lines + place for place in self.delivered)],
            {lines + place: reason for place, reason in self.refused.items()},
            [lines + place for place in self.unknown],
        )

    def left(self, lines: int) -> list[int]:
        """The places of those that come again, of a batch of so many lines."""
        done = {*self.delivered, *self.refused}
        return [place for place in range(lines) if place not in done]


ALL_AGAIN = BatchOutcome()
