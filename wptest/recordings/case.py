"""A recorded case: a project, the steps that were taken with it, and what was seen in each run of real programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOOKED_AT = ("data/out_dat", "data/rescue", "rescue")  # at every look; a case may have more


@dataclass(frozen=True, slots=True)
class TakenStep:
    """One step: what is done (`write`, `run`, `wait`, ...), with what, and under which name programs are known."""

    kind: str
    given: Any
    name: str | None = None
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a recording.

    Attributes:
        project: the files of the project by path; a directory that is empty has `.keep` in it.
        as_user: the programs ran as a user whom permission bits bind.
        runs: what was seen in each run of the real programs, as `seen.yaml` has it.
        doubts: what was otherwise in them than the steps say, moments or sizes: a difference proves nothing.
    """

    name: str
    title: str
    steps: tuple[TakenStep, ...]
    project: Mapping[str, str]
    as_user: bool
    runs: tuple[Mapping[str, Any], ...]
    doubts: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """The directories that were looked at: those of every look, and others in which something was seen."""
        seen = dict.fromkeys(path for run in self.runs for look in run["looks"].values() for path in look)
        elsewhere = (path.rpartition("/")[0] for path in seen if "/" in path and not _is_looked_at(path))
        return (*LOOKED_AT, *dict.fromkeys(elsewhere))


def _is_looked_at(path: str) -> bool:
    return path.startswith(tuple(f"{place}/" for place in LOOKED_AT))
