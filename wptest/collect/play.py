"""Runs one variant as a pytest item, and shows what came of it. Importing this imports the engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.text.display import printable
from engine.text.mistake import Mistake
from wptest.collect.nodes import Variant
from wptest.collect.pytest_options import WRONG_NAME, asked_of
from wptest.collect.scenario_failure import ExpectedFailure, ScenarioFailure
from wptest.extend.modules import Others
from wptest.kept.choices import PictureLevel
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job
from wptest.play.runner import play
from wptest.play.variant_report import VariantReport
from wptest.report.formats.junit import properties_of
from wptest.scenario.root import Rootdir
from wptest.text.scenario_source import InvalidScenario

_CIRCUMSTANCES = pytest.StashKey[Circumstances]()


def reason_to_skip(item: Variant, scenario: str, variant: str) -> str:
    """Why an item that is to be skipped is skipped; empty if its file has mistakes, which are told first."""
    try:
        report = _played(item, scenario, variant)
    except ScenarioFailure:
        return ""
    return report.reason if report.outcome == "skipped" else ""


def play_item(item: Variant, scenario: str, variant: str) -> None:
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
    if report.explorations:
        item.add_report_section("call", "wptest exploration", "\n".join(each.text for each in report.explorations))
    # What passes and shouldn't is a failure to pytest as well, or none with --runxfail.
    if not report.is_pass and not report.passed_unexpectedly:
        why = f"{report.why} (explored)" if report.explorations else report.why
        raise ScenarioFailure(report.text, reason=why, short=report.short, line=report.line)
    if report.outcome == "xfailed":
        raise ExpectedFailure(report.text, reason=report.why, short=report.short, line=report.line)


def _played(item: Variant, scenario: str, variant: str) -> VariantReport:
    __tracebackhide__ = True
    Others.modules = item.config.pluginmanager.get_plugins
    report = play(Job(item.path, scenario, variant), _circumstances(item.config))
    item.ended = report.ended
    return report


def _circumstances(config: pytest.Config) -> Circumstances:
    """What the options of pytest and the environment make, which is the same for all items."""
    __tracebackhide__ = True
    if WRONG_NAME in config.stash:
        raise ScenarioFailure(config.stash[WRONG_NAME])
    if _CIRCUMSTANCES not in config.stash:
        try:
            made = asked_of(config).circumstances(
                config.invocation_params.dir,
                store=config.rootpath if config.getini("wptest_store") else None,
                rootdir=Rootdir(config.rootpath, configured=config.inipath is not None),
            )
        except Mistake as error:
            raise ScenarioFailure(error.in_a_line) from None
        pictures: PictureLevel = "no pass" if config.getoption("wptest_report") else "none"
        config.stash[_CIRCUMSTANCES] = replace(made, pictures=pictures)
    return config.stash[_CIRCUMSTANCES]


def _properties(report: VariantReport) -> list[tuple[str, object]]:
    """What reports in other formats, and the terminal's summary, are told of a run."""
    properties: list[tuple[str, object]] = [("wptest_remark", remark) for remark in report.remarks]
    if report.variant is not None:
        properties += [(name, printable(value)) for name, value in properties_of(report.variant)]
    return properties
