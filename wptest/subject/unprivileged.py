"""Whom permission bits bind: root is above them, so where they matter root runs the programs as somebody else."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from wptest.subject.programs import Programs, environment

NOBODY = 65534


def needed_user() -> int | None:
    """The user to run as where permission bits must bind; None where they bind oneself."""
    return NOBODY if os.geteuid() == 0 else None


@cache
def why_not_as_nobody(programs: Programs) -> str:
    """Why the programs can't be run as nobody: most often they can't be read; empty where they can."""
    if needed_user() is None:
        return ""
    name = min(programs.names)
    try:
        done = subprocess.run(  # noqa: S603 - one of the programs, asked for its version
            [programs.directory / name, "--version"],
            cwd="/",
            env=environment(programs),
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return f"the programs can't be run as an unprivileged user (id {NOBODY})"
    return "" if done.returncode == 0 else f"the programs can't be run as an unprivileged user (id {NOBODY})"


def give_away(root: Path, user: int | None) -> None:
    """Let everything below a directory belong to somebody, who gets to it through the directories above."""
    if user is None:
        return
    for above in root.parents:
        if above.owner() == "root" and above.is_relative_to(_temporary(root)):
            above.chmod(0o711)
    for directory, _, files in os.walk(root):
        for name in (".", *files):
            os.chown(Path(directory, name), user, user, follow_symlinks=False)


def _temporary(root: Path) -> Path:
    """The outermost directory above that is ours: made for this run, or for the runs that it is one of."""
    return next((each for each in reversed(root.parents) if each.name.startswith("wptest-")), root.parent)
