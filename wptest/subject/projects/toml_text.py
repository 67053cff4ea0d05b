"""Values and tables of project files, as TOML has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from engine.project.model import GroupExpect, SinkExpect


def group_expect(expect: GroupExpect) -> Mapping[str, object]:
    """How the shares of a group's sinks are judged, as project files have it."""
    known = {"basis": expect.basis, "min_samples": expect.min_samples, "mode": expect.mode}
    return known | {"sum_tol": expect.sum_tol, "others_max": expect.others_max}


def sink_expect(expect: SinkExpect) -> Mapping[str, object]:
    """What share a sink should get, as project files have it."""
    if expect.ratio is not None:
        return {"ratio": expect.ratio, "tol": expect.tol}
    return {"min": expect.low, "max": expect.high}


def table(head: str, values: Mapping[str, object]) -> Iterator[str]:
    """A table of TOML: what of it is None is left out."""
    yield head
    yield from (f"{key} = {json.dumps(value)}" for key, value in values.items() if value is not None)


def toml_string(value: str) -> str:
    """A basic string: TOML's have the escapes of JSON's."""
    return json.dumps(value, ensure_ascii=False)
