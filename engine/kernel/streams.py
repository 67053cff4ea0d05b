"""One seed, many independent random streams, so that one more draw here never changes a draw there."""

from __future__ import annotations

from random import Random


class RandomStreams:
    """Random streams by name (`schedule`, `fault`, `workload` ...), all derived from one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, Random] = {}

    def stream(self, name: str) -> Random:
        """The stream called `name`, always the same one; seeded by text, never by `hash()`."""
        if name not in self._streams:
            self._streams[name] = Random(f"wptest/{self.seed}/{name}")  # noqa: S311 - repeatable, not secret
        return self._streams[name]
