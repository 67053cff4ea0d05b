"""`paths: {/var/log/wp: data/wp}`: what the run's directory has in the place of a project's outer paths."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, final

from wptest.shapes.scenario_paths import EachPathOnce, OuterPath, RelativePath
from wptest.text.codes import Code
from wptest.words.expectation import Known, Misuse
from wptest.words.registry import nothing
from wptest.words.setting.part import GivenPart, Outset


@final
class OuterPaths(GivenPart[Mapping[str, str]]):
    """Where in the run's directory paths of a project directory lead that lead out of it."""

    key = "paths"
    order = 90
    examples = ({"/var/log/wp": "data/wp"},)
    value = Annotated[dict[OuterPath, RelativePath], EachPathOnce]
    snippets = ()
    names = obstacles = hits = nothing

    def set_up(self, outset: Outset) -> None:
        """See `GivenPart.set_up`."""
        outset.paths = self.written

    def misuses(self, known: Known) -> Iterable[Misuse]:
        """See `GivenPart.misuses`."""
        if known.is_inline:
            message = "a project that is written out has no paths that lead out of the run's directory"
            yield Misuse((), message, Code.NO_EFFECT, "'paths' is for those of a project directory")

    @classmethod
    def without_directory(cls, _written: Any) -> Any:
        """See `GivenPart.without_directory`."""
        return None


def in_the_run(path: str, scenario: Any) -> str | None:
    """Where a path leads that a scenario, as plain data, gives a place in the run; None for any other path."""
    from engine.directories.run_paths import led  # noqa: PLC0415 - for a mistake only

    given = scenario.get("given") if isinstance(scenario, dict) else None
    paths = given.get("paths") if isinstance(given, dict) else None
    pairs = paths.items() if isinstance(paths, dict) else ()
    texts = {outer: inner for outer, inner in pairs if isinstance(outer, str) and isinstance(inner, str)}
    found = led(posixpath.normpath(path), {posixpath.normpath(outer): inner for outer, inner in texts.items()})
    return None if found is None else found[1]
