"""A scenario as plain data: made by changing one, and loaded like any other."""

from __future__ import annotations

import json
from typing import Any

from wptest.language.load import LoadedVariant, load_text
from wptest.language.root import Rootdir
from wptest.language.source import SourceText

Plain = dict[str, Any]


def load_plain(variant: LoadedVariant, scenario: Plain) -> LoadedVariant:
    """Load a scenario that was made of `variant`; its project's directory is found wherever that was.

    Raises:
        InvalidScenario: it is none.
    """
    source = SourceText(variant.document.source.path, json.dumps(scenario, default=str))
    directory = variant.directory
    rootdir = None if directory is None else Rootdir(directory.root.path)
    return load_text(source, rootdir=rootdir)[0].variants[0]
