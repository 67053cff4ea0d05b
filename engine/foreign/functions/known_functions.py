"""What becomes of Python's own functions when foreign code calls them: `known_functions.toml`, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Treatment = Literal["simulated", "real", "refused"]


@cache
def known_functions() -> Mapping[str, Mapping[str, Treatment]]:
    """For each module, by the name of a function: what becomes of it."""
    text = (files("engine.foreign.functions") / "known_functions.toml").read_text(encoding="utf-8")
    rows: Mapping[str, Mapping[Treatment, str]] = tomllib.loads(text)
    return {
        module: {name: treatment for treatment, names in row.items() for name in names.split()}
        for module, row in rows.items()
    }


def refused(module: str) -> list[str]:
    """The functions of a module that are refused."""
    return [name for name, treatment in known_functions()[module].items() if treatment == "refused"]
