"""Documents with what real runs do, for the pages that tests look at."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.behaviour.profile import behaviour_of
from engine.text.source_text import SourceText
from wptest.document.report_document import ReportDocument, ReportedSummary
from wptest.document.reported_finding import ReportedReplay
from wptest.document.reported_variant import ReportedVariant
from wptest.report.picture.data import picture_data
from wptest.report.picture.drawing import picture_of
from wptest.report.reported import reported_findings
from wptest.report.result_text import by_weight, reason
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import load_text

FILE = "outage.wptest.yaml"
SCENARIO = """scenario: outage
title: A sink fails, and recovery brings every line back
tags: [outage]
project: {speed_limit: 1000, sinks: {a: {type: test_rescue, file: a.dat}}}
given:
  source: {lines: 2000, rate: 1k/s}
  phases: {a: [up 1s, down 1s]}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - start: wprescue work
  - wait: 500ms
  - kill: wprescue
  - run: wprescue work
then: {sinks: {a: {lines: 2000}}}
"""
KILLED_TWICE = """scenario: killed-twice
title: Recovery is killed twice, and every line is in the target once
project: {speed_limit: 500, sinks: {a: {type: file, file: a.dat}}}
given:
  files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 1000}}
when:
  - start: wprescue work
  - {upon: {sink: a, lines: 350}, kill: wprescue}
  - start: wprescue work
  - {upon: {sink: a, lines: 700}, kill: wprescue}
  - run: wprescue work
then: {sinks: {a: {lines: 1000}}}
"""
LOST, DOUBLED = "swap_to_rescue=drop_first_line", "resume=from_start"


@cache
def played(*behaviour: str, scenario: str = SCENARIO) -> ReportedVariant:
    """What came of a scenario with such programs, with its picture, and that of the reference."""
    variant = load_text(SourceText(Path(FILE), scenario))[0].variants[0]
    options = RunOptions(behaviour=behaviour_of(behaviour)) if behaviour else RunOptions()
    result = run_variant(variant, options)
    findings = by_weight(result.findings)
    reference = {"reference": picture_data(picture_of(run_variant(variant)))} if behaviour else {}
    return ReportedVariant(
        id=f"{FILE}::{result.name}",
        file=FILE,
        scenario=result.name,
        variant="",
        outcome=result.outcome.value,
        title=variant.scenario.title,
        tags=variant.scenario.tags,
        line=1,
        why=reason(findings) if findings else "",
        profiles=behaviour,
        behaviour=result.behaviour.changes(),
        virtual_time_ns=result.virtual_time,
        duration_seconds=0.1,
        events=len(result.events),
        trace_hash=result.trace_hash,
        findings=reported_findings(result, findings, Path()),
        replay=ReportedReplay(f"wptest run {FILE} --seed 0", "0badcafe"),
        lanes=picture_data(picture_of(result)) | reference,
    )


def document(*results: ReportedVariant, scenario: str = SCENARIO, **more: object) -> ReportDocument:
    """A document with these results."""
    counts: dict[str, int] = {}
    for each in results:
        counts[each.outcome] = counts.get(each.outcome, 0) + 1
    codes = {"WPT-R001": "a line is nowhere", "WPT-R002": "a target has a line more often than it is owed"}
    return ReportDocument(
        versions={"wptest": "0.1.0"},
        summary=ReportedSummary(**counts),
        results=results,
        codes=codes,
        sources={FILE: scenario},
        **more,
    )


def many(number: int) -> ReportDocument:
    """A document with so many variants, every 25th of which failed, with long names and Chinese titles."""
    failure, good = played(LOST), played()
    results = []
    for index in range(number):
        bad = index % 25 == 0
        base = failure if bad else good
        # Names of real suites are of any length, and in any language.
        said = {
            "id": f"suite-{index // 50}.wptest.yaml::outage-{index}::stop=KILL,sent={index}",
            "file": f"suite-{index // 50}.wptest.yaml",
            "scenario": f"outage-{index}",
            "variant": f"stop=KILL,sent={index}" if index % 3 else "x" * 180,
            "title": "一个 sink 失败，其行被救援，恢复重放每一行" if index % 2 else base.title,
            "lanes": base.lanes if bad else None,
        }
        fields = {name: getattr(base, name) for name in ReportedVariant.__dataclass_fields__}
        results.append(ReportedVariant(**(fields | said)))
    return document(*results)
