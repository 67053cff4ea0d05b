"""The mutants that change nothing that anybody could see, and why: `equivalent.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from mutants.mutant import Mutant

LIST = Path(__file__).with_name("equivalent.toml")


class Equivalents:
    """A mutant is known by its file, by what was changed and how, and not by its line.

    An entry with `after` is about one of several changes of one line, one without it about all of them.
    """

    def __init__(self, data: bytes) -> None:
        entries = tomllib.loads(data.decode())["mutants"]
        keys = [(each["path"], each["how"], each["before"], each.get("after", "")) for each in entries]
        self._reasons = dict(zip(keys, (str(each["why"]) for each in entries), strict=True))

    def why(self, mutant: Mutant) -> str:
        """Why it changes nothing; empty where nobody has shown that."""
        key = mutant.path, mutant.how, mutant.before
        return self._reasons.get((*key, mutant.after)) or self._reasons.get((*key, ""), "")

    def gone(self, root: Path) -> Iterator[str]:
        """The entries whose line isn't in its file any more."""
        for path, _, before, _ in self._reasons:
            file = root / path
            lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
            if before not in " ".join(line.strip() for line in lines):
                yield f"{path}: {before}"
