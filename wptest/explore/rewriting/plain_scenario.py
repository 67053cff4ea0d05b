"""A scenario as plain data: made by changing one, and loaded like any other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from wptest.scenario.load import LoadedVariant, load_text
from wptest.scenario.root import Rootdir
from wptest.text.scenario_source import scenario_text

Plain = dict[str, Any]


def as_json(scenario: Plain) -> str:
    """The scenario as a document on one line."""
    return json.dumps(scenario, default=str)


def load_plain(variant: LoadedVariant, scenario: Plain, write: Callable[[Plain], str] = as_json) -> LoadedVariant:
    """Load a scenario that was made of `variant`; its project's directory is found wherever that was.

    `write` makes it a text: as JSON, which is quick, unless somebody is to read its steps.

    Raises:
        InvalidScenario: it is none.
    """
    source = scenario_text(variant.document.source.path, write(scenario))
    directory = variant.directory
    rootdir = None if directory is None else Rootdir(directory.root.path)
    return load_text(source, rootdir=rootdir)[0].variants[0]
