"""Runs one variant as a pytest item, and shows what came of it. Importing this imports the engine."""

from __future__ import annotations

import pytest

from engine.text.mistake import Mistake
from engine.units import format_duration
from wptest.collect.pytest_options import asked_of
from wptest.collect.scenario_failure import ExpectedFailure, ScenarioFailure
from wptest.extend.modules import Others
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job
from wptest.play.runner import play
from wptest.play.variant_report import VariantReport
from wptest.scenario.root import Rootdir
from wptest.text.scenario_source import InvalidScenario

_CIRCUMSTANCES = pytest.StashKey[Circumstances]()


def reason_to_skip(item: pytest.Item, scenario: str, variant: str) -> str:
    """Why an item that is to be skipped is skipped; empty if its file has mistakes, which are told first."""
    try:
        report = _played(item, scenario, variant)
    except ScenarioFailure:
        return ""
    return report.reason if report.outcome == "skipped" else ""


def play_item(item: pytest.Item, scenario: str, variant: str) -> None:
    """Run a variant, and add what came of it to the item's properties.

    Raises:
        ScenarioFailure: it is no pass: it failed, or is unverified, or its file has mistakes.
        ExpectedFailure: it is none, and its scenario expects that.
    """
    __tracebackhide__ = True
    report = _played(item, scenario, variant)
    if report.outcome == "invalid":
        raise ScenarioFailure.of_invalid(InvalidScenario(report.mistakes), item.config.invocation_params.dir)
    item.user_properties += _properties(report)
    if report.explored is not None:
        item.add_report_section("call", "wptest exploration", report.explored.text)
    # What passes and shouldn't is a failure to pytest as well, or none with --runxfail.
    if not report.is_pass and not report.passed_unexpectedly:
        why = report.why if report.explored is None else f"{report.why} (explored)"
        raise ScenarioFailure(report.text, reason=why, short=report.short, line=report.line)
    if report.outcome == "xfailed":
        raise ExpectedFailure(report.text, reason=report.why, short=report.short, line=report.line)


def _played(item: pytest.Item, scenario: str, variant: str) -> VariantReport:
    __tracebackhide__ = True
    Others.modules = item.config.pluginmanager.get_plugins
    return play(Job(item.path, scenario, variant), _circumstances(item.config))


def _circumstances(config: pytest.Config) -> Circumstances:
    """What the options of pytest and the environment make, which is the same for all items."""
    __tracebackhide__ = True
    if _CIRCUMSTANCES not in config.stash:
        try:
            config.stash[_CIRCUMSTANCES] = asked_of(config).circumstances(
                config.invocation_params.dir,
                store=config.rootpath if config.getini("wptest_store") else None,
                rootdir=Rootdir(config.rootpath, configured=config.inipath is not None),
            )
        except Mistake as error:
            raise ScenarioFailure(str(error)) from None
    return config.stash[_CIRCUMSTANCES]


def _properties(report: VariantReport) -> list[tuple[str, object]]:
    """What reports in other formats, and the terminal's summary, are told of a run."""
    properties: list[tuple[str, object]] = [("wptest_remark", remark) for remark in report.remarks]
    if "trace_hash" in report.data:
        properties += [
            ("wptest_outcome", report.outcome),
            ("wptest_seed", str(report.data["seed"])),
            ("wptest_trace_hash", report.data["trace_hash"]),
            ("wptest_virtual_time", format_duration(report.virtual_time)),
        ]
    if report.explored is not None:
        explored = report.explored
        properties += [("wptest_explored", explored.outcome), ("wptest_explored_runs", str(explored.runs))]
    return properties
