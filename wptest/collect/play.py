"""Runs one variant as a pytest item. Importing this imports the engine and the scenario model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.behaviour import REFERENCE, Behaviour
from engine.behaviour.profile import BehaviourError, behaviour_of
from engine.text.mistake import Mistake
from engine.units import format_duration, parse_duration
from wptest.collect.scenario_failure import ScenarioFailure
from wptest.extend.modules import Others, Patience
from wptest.kept.circumstances import Circumstances
from wptest.kept.store import keep
from wptest.play.variant_cache import VariantGoneError, find_variant
from wptest.report.remarks import remarks
from wptest.report.result_text import account
from wptest.run.result import Result
from wptest.run.where import run_where
from wptest.run.world import RunOptions
from wptest.scenario.largest import of_programs
from wptest.scenario.load import LoadedVariant
from wptest.scenario.root import Rootdir
from wptest.subject.port import NoPlaceError
from wptest.subject.programs import NoProgramsError, Programs, find_programs
from wptest.text.diagnostic import InvalidScenario
from wptest.words.finding import Outcome


def play(item: pytest.Item, scenario: str, variant: str) -> None:
    """Run a variant and add what came of it to the item's properties.

    Raises:
        ScenarioFailure: it is no pass: it failed, or is unverified, or its file has mistakes.
    """
    __tracebackhide__ = True
    cwd, rootdir = item.config.invocation_params.dir, _rootdir(item.config)
    Others.modules = item.config.pluginmanager.get_plugins
    Patience.limit = timeout = _timeout(item.config)
    try:
        environment = of_programs(os.environ)
        loaded = find_variant(item.path, scenario, variant, rootdir)
    except InvalidScenario as error:
        raise ScenarioFailure.of_invalid(error, cwd) from None
    except (Mistake, VariantGoneError) as error:
        raise ScenarioFailure(str(error)) from None
    seed: int = item.config.getoption("wptest_seed")
    words = tuple(item.config.getoption("wptest_behaviour"))
    options = RunOptions(seed, _behaviour(words), environment, timeout=timeout)
    circumstances = Circumstances(
        cwd,
        behaviour=words,
        environment=environment,
        store=_store(item.config),
        programs=_programs(item.config),
        rootdir=rootdir,
        timeout=timeout,
    )
    item.user_properties += [("wptest_remark", remark) for remark in remarks(loaded, cwd)]
    try:
        result = run_where(circumstances.disk, circumstances.programs, loaded, options)
    except NoPlaceError as error:
        raise ScenarioFailure(str(error)) from None
    item.user_properties += [
        ("wptest_outcome", result.outcome.value),
        ("wptest_seed", str(seed)),
        ("wptest_trace_hash", result.trace_hash),
        ("wptest_virtual_time", format_duration(result.virtual_time)),
    ]
    if result.outcome is not Outcome.PASSED:
        raise _failure(result, circumstances)
    _explore(item, loaded, options, circumstances)


def _explore(item: pytest.Item, variant: LoadedVariant, options: RunOptions, circumstances: Circumstances) -> None:
    __tracebackhide__ = True
    if circumstances.programs is not None:
        return
    level = item.config.getoption("wptest_explore") or item.config.getini("wptest_explore")
    # The first import of all that explores is slow, and most runs don't.
    from wptest.play.after_pass import explore_too, explored_text  # noqa: PLC0415

    explored = explore_too(variant, options, circumstances, level)
    if explored is None:
        return
    item.add_report_section("call", "wptest exploration", explored.text)
    item.user_properties += [("wptest_explored", explored.outcome), ("wptest_explored_runs", str(explored.runs))]
    if explored.outcome != "passed":
        text = explored_text(item.name, explored)
        raise ScenarioFailure(text, reason=f"{explored.why} (explored)")


def _failure(result: Result, circumstances: Circumstances) -> ScenarioFailure:
    told = account(result, circumstances, keep(result, circumstances))
    return ScenarioFailure(told.text, reason=told.reason, short=told.short, line=told.line)


def _timeout(config: pytest.Config) -> int:
    __tracebackhide__ = True
    try:
        return parse_duration(config.getoption("wptest_timeout") or config.getini("wptest_timeout"))
    except Mistake as error:
        raise ScenarioFailure(f"wptest_timeout: {error}") from None


def _programs(config: pytest.Config) -> Programs | None:
    __tracebackhide__ = True
    if config.getoption("wptest_subject") == "engine":
        return None
    try:
        longest = parse_duration(config.getoption("wptest_longest"))
        return find_programs(config.getoption("wptest_bin_dir"), longest)
    except (NoProgramsError, Mistake) as error:
        raise ScenarioFailure(str(error)) from None


def _behaviour(words: tuple[str, ...]) -> Behaviour:
    __tracebackhide__ = True
    try:
        return behaviour_of(words) if words else REFERENCE
    except BehaviourError as error:
        raise ScenarioFailure(str(error)) from None


def _rootdir(config: pytest.Config) -> Rootdir:
    return Rootdir(config.rootpath, configured=config.inipath is not None)


def _store(config: pytest.Config) -> Path | None:
    return config.rootpath if config.getini("wptest_store") else None
