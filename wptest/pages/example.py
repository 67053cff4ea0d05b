"""An example of a mistake, as the page of errors shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HEAD = "scenario: night\nproject: {sinks: {a: {type: test_rescue}, b: {}}}\n"
WHEN = "when:\n  - start: wparse daemon\n"


@dataclass(frozen=True, slots=True)
class Example:
    """A mistake: its common causes, how to mend it, and a file that has it (None for no file at all).

    `files` are what else is there; `encoding` is how the text becomes bytes.
    """

    cause: str
    mend: str
    text: str | None
    files: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
