"""A scenario as plain data: made by changing one, and loaded like any other."""

from __future__ import annotations

import json
from typing import Any

from wptest.language.load import LoadedVariant, load_text
from wptest.language.source import SourceText

Plain = dict[str, Any]


def load_plain(variant: LoadedVariant, scenario: Plain) -> LoadedVariant:
    """Load a scenario that was made of `variant`; its project's directory is looked for beside that.

    Raises:
        InvalidScenario: it is none.
    """
    source = SourceText(variant.document.source.path, json.dumps(scenario, default=str))
    return load_text(source)[0].variants[0]
