"""What the files of a project directory are called."""

from __future__ import annotations

_SUFFIXES = (".toml", ".wpl", ".oml", ".conf")  # settings and sinks, rules, models, conditions of filters
_SAMPLES = "sample.dat"


def is_of_project(path: str) -> bool:
    """Whether a project is made of files that are called so."""
    return path.endswith(_SUFFIXES) or path.rpartition("/")[2] == _SAMPLES
