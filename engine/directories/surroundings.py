"""What a project's files are read with: how far they may reach, and what a scenario gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SECRETS = ".warp_parse/sec_key.toml"  # of a project; no message shows a line of it
VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class ProjectSurroundings:
    """Hashable, so that what was read with the same ones is the same.

    Attributes:
        within: the directories that nothing is read outside of, links followed; none for a program that somebody
            starts on a project of his own, which reads what WarpParse would.
        boundary: what a message calls them.
        variables: what `${NAME}` stands for, by name.
        paths: where in the run's directory paths lead that lead out of the project: absolute ones, or `../...`.
    """

    within: tuple[Path, ...] = ()
    boundary: str = "the project's directory"
    variables: tuple[tuple[str, str], ...] = ()
    paths: tuple[tuple[str, str], ...] = ()


ALONE = ProjectSurroundings()
