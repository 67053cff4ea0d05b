"""Scenario files as pytest sees them: a file, its scenarios, their variants.

Collection reads outlines only; a file is loaded and checked in full when the first of its variants runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

import pytest

from engine.text.diagnostic import Diagnostic
from wptest.collect.markers import make_selectable
from wptest.collect.real_files import real_files
from wptest.collect.scenario_failure import ExpectedFailure, ScenarioFailure
from wptest.expressions.matrix import VariantOutline
from wptest.reuse.outline import Outline, outline
from wptest.text.scenario_source import InvalidScenario


class ScenarioFile(pytest.Module):
    """A scenario file. A module, so that there is one for fixtures of this scope; it has nothing in it."""

    def __init__(self, **of_node: Any) -> None:
        super().__init__(**of_node)
        self.obj = ModuleType(self.name)
        self.obj.__file__ = str(self.path)

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """The scenarios; those without a matrix are items, the others hold their variants."""
        try:
            outlines = outline(self.path, os.environ)
        except InvalidScenario as error:
            # An item that fails, since an error in collection would stop the whole session.
            yield Variant.invalid(self, error)
            return
        for outlined in outlines:
            if outlined.variants:
                yield ScenarioNode.of(self, outlined)
            else:
                yield Variant.of(self, outlined)


class ScenarioNode(pytest.Collector):
    """A scenario that has variants."""

    outlined: Outline

    @classmethod
    def of(cls, parent: pytest.Collector, outlined: Outline) -> ScenarioNode:
        """Make the node of a scenario."""
        scenario: ScenarioNode = cls.from_parent(parent, name=outlined.id)
        scenario.outlined = outlined
        return scenario

    def collect(self) -> Iterator[pytest.Item]:
        """The variants, in the order of the matrix."""
        for variant in self.outlined.variants:
            yield Variant.of(self, self.outlined, variant)


class Variant(pytest.Function):
    """One variant of a scenario: what runs. A function, so that fixtures and their plugins work with it."""

    line: int
    title: str
    skipped_as: tuple[str, str] | None = None

    @classmethod
    def of(cls, parent: pytest.Collector, outlined: Outline, row: VariantOutline | None = None) -> Variant:
        """Make the item of a variant; without one, of a scenario without a matrix."""
        variant, skip = (row.id, row.skip) if row is not None else ("", outlined.skip)

        def scenario() -> None:
            __tracebackhide__ = True
            with real_files():
                # The first import of what runs scenarios is slow, and collection alone doesn't need it.
                from wptest.collect.play import play_item  # noqa: PLC0415

                play_item(item, outlined.id, variant)

        title = f"{outlined.id}::{variant}" if variant else outlined.id
        item = cls._make(parent, variant or outlined.id, scenario, title)
        item.line = outlined.line
        make_selectable(item, outlined.tags, row)
        item.skipped_as = (outlined.id, variant) if skip else None
        if outlined.xfail:
            # Strict, and of nothing but a run: a file with mistakes is none that anybody expects.
            item.add_marker(pytest.mark.xfail(reason=outlined.xfail, strict=True, raises=ExpectedFailure))
        return item

    @classmethod
    def invalid(cls, parent: pytest.Collector, error: InvalidScenario) -> Variant:
        """Make the item that stands for a file whose scenarios can't even be listed."""

        def scenario() -> None:
            __tracebackhide__ = True
            with real_files():
                raise ScenarioFailure.of_invalid(error, item.config.invocation_params.dir)

        item = cls._make(parent, "invalid", scenario, "invalid")
        item.line = _first_line(error.diagnostics)
        return item

    @classmethod
    def _make(cls, parent: pytest.Collector, name: str, scenario: Callable[[], None], title: str) -> Variant:
        item: Variant = cls.from_parent(parent, name=name, callobj=scenario)
        item.title = title
        item.add_marker(pytest.mark.wptest)
        return item

    def setup(self) -> None:
        """Skip what isn't to be run, before any fixture is set up; mistakes in its file are told all the same."""
        if self.skipped_as is not None:
            with real_files():
                from wptest.collect.play import reason_to_skip  # noqa: PLC0415 - as above

                reason = reason_to_skip(self, *self.skipped_as)
            if reason:
                raise pytest.skip.Exception(reason, _use_item_location=True)
        super().setup()

    def reportinfo(self) -> tuple[str, int, str]:
        """Where the scenario stands, its line from 0, and what reports call it."""
        # Where pytest finds such a name at the end of a node id, it shows its dots as `::`, and the id is wrong.
        title = f"scenario {self.title}" if "." in self.title else self.title
        return str(self.path), max(0, self.line - 1), title

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What failed, in the words of the scenario; anything else with its traceback."""
        del style
        if isinstance(excinfo.value, ScenarioFailure):
            with real_files():
                path = os.path.relpath(self.path, self.config.invocation_params.dir)
                return excinfo.value.shown(path, self.line, self.config.getoption("tbstyle"))
        return super().repr_failure(excinfo)


def _first_line(diagnostics: Sequence[Diagnostic]) -> int:
    return next((diagnostic.line for diagnostic in diagnostics if diagnostic.line), 1)
