"""Scenario files as pytest sees them: a file, its scenarios, their variants.

Collection reads outlines only; a file is loaded and checked in full when the first of its variants runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from types import ModuleType
from typing import Any

import pytest

from engine.text.diagnostic import Diagnostic
from engine.text.display import printable
from wptest.collect.markers import make_selectable
from wptest.collect.real_files import real_files
from wptest.collect.scenario_failure import ExpectedFailure, ScenarioFailure
from wptest.document.report_events import VariantEnded
from wptest.expressions.matrix import VariantOutline
from wptest.reuse.outline import Outline, outline
from wptest.text.scenario_source import InvalidScenario


class ScenarioFile(pytest.Module):
    """A scenario file. A module, so that there is one for fixtures of this scope; it has nothing in it."""

    def __init__(self, **of_node: Any) -> None:
        if not str(path := of_node["path"]).isprintable():
            # xdist sends no id or name that isn't UTF-8, and a line feed would begin a line of its own in reports.
            of_node["name"] = printable(path.name)
            of_node["nodeid"] = printable(os.path.relpath(path, of_node["parent"].config.rootpath))
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
    of_scenario: tuple[str, str] = ("", "")
    ended: VariantEnded | None = None  # what came of it, as soon as that is known

    @classmethod
    def of(cls, parent: pytest.Collector, outlined: Outline, row: VariantOutline | None = None) -> Variant:
        """Make the item of a variant; without one, of a scenario without a matrix."""
        variant, skip = (row.id, row.skip) if row is not None else ("", outlined.skip)

        def scenario() -> None:
            __tracebackhide__ = True
            with real_files():
                # The first import of what runs scenarios is slow, and collection alone doesn't need it.
                from wptest.collect.play import play_item  # noqa: PLC0415

                play_item(item, *item.of_scenario)

        title = f"{outlined.id}::{variant}" if variant else outlined.id
        item = cls._make(parent, variant or outlined.id, scenario, title)
        item.line = outlined.line
        item.of_scenario = (outlined.id, variant)
        make_selectable(item, outlined.tags, row)
        item.skipped_as = item.of_scenario if skip else None
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
                from wptest.report.reported import reported_invalid  # noqa: PLC0415 - as above

                cwd = item.config.invocation_params.dir
                item.ended = VariantEnded(reported_invalid(error, item.path, cwd))
                raise ScenarioFailure.of_invalid(error, cwd)

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

    @cached_property
    def location(self) -> tuple[str, int | None, str]:
        """The same for people and for xdist, which sends no text that isn't UTF-8: its file by a printable name."""
        file, line, title = super().location
        return printable(file), line, title

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
                return excinfo.value.shown(printable(path), self.line, self.config.getoption("tbstyle"))
        return super().repr_failure(excinfo)


def _first_line(diagnostics: Sequence[Diagnostic]) -> int:
    return next((diagnostic.line for diagnostic in diagnostics if diagnostic.line), 1)
