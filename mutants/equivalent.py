"""The mutants that change nothing that anybody could see, and why: `equivalent.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from mutants.mutant import Mutant

LIST = Path(__file__).with_name("equivalent.toml")


class Equivalents:
    """A mutant is known by its file, by what was changed and how, and not by its line."""

    def __init__(self, data: bytes) -> None:
        entries = tomllib.loads(data.decode())["mutants"]
        self._reasons = {(each["path"], each["how"], each["before"]): str(each["why"]) for each in entries}

    def why(self, mutant: Mutant) -> str:
        """Why it changes nothing; empty where nobody has shown that."""
        return self._reasons.get((mutant.path, mutant.how, mutant.before), "")

    def gone(self, root: Path) -> Iterator[str]:
        """The entries whose line isn't in its file any more."""
        for path, _, before in self._reasons:
            file = root / path
            lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
            if before not in " ".join(line.strip() for line in lines):
                yield f"{path}: {before}"
