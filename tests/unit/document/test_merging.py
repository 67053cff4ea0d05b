"""Reports of shards become one report, whatever their order."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from documents import UNPROVED, failed, full, variant

from wptest.document.merging import UnmergeableError, merged
from wptest.document.report_document import ReportDocument, ReportedCommand, ReportedSummary
from wptest.document.reported_place import ReportedFile


def shard(number: int, *results, parts: int = 3, **more) -> ReportDocument:
    return ReportDocument(
        versions={"wptest": "0.2.0"},
        commands=(ReportedCommand("run", shard=f"{number}/{parts}"),),
        results=results,
        **more,
    )


def together(*documents: ReportDocument):
    return merged([(f"r{number}.json", each) for number, each in enumerate(documents)])


def test_the_order_of_reports_makes_no_difference():
    other = variant("b", file="a.wptest.yaml", id="a.wptest.yaml::b")
    parts = [shard(1, failed("c"), variant("a")), shard(3, other), shard(2, failed("c", UNPROVED))]
    first, *others = (together(*each) for each in permutations(parts))
    assert all(each == first for each in others)
    ids = [told.id for told in first.document.results]
    assert ids == ["a.wptest.yaml::b", "s.wptest.yaml::a", "s.wptest.yaml::c"]
    assert [command.shard for command in first.document.commands] == ["1/3", "2/3", "3/3"]


def test_of_a_variant_that_is_there_twice_the_worst_is_kept_and_it_is_told():
    done = together(shard(1, variant("a"), variant("b")), shard(2, failed("a"), variant("b")), shard(3))
    assert [told.outcome for told in done.document.results] == ["failed", "passed"]
    assert done.twice == (("s.wptest.yaml::a", False), ("s.wptest.yaml::b", True))
    assert (done.document.summary.failed, done.document.summary.passed) == (1, 1)


def test_a_shard_that_is_missing_is_told():
    assert together(shard(1), shard(3)).missing == ("2/3",)
    assert together(shard(2, parts=12)).missing[:3] == ("1/12", "3/12", "4/12")
    assert together(shard(1), shard(2), shard(3)).missing == ()
    assert together(ReportDocument()).missing == ()


def test_counts_are_those_of_all():
    stopped = shard(1, variant("a"), summary=ReportedSummary(passed=1, not_run=4, interrupted=True))
    broken = shard(2, invalid=(ReportedFile("t.wptest.yaml", ()),), summary=ReportedSummary(invalid=1))
    told = together(stopped, broken, broken).document.summary
    assert told == ReportedSummary(passed=1, invalid=1, not_run=4, interrupted=True)


def test_versions_that_differ_are_all_named():
    parts = [replace(shard(1), versions={"wptest": "0.2.0"}), replace(shard(2), versions={"wptest": "0.1.9"})]
    assert together(*parts).document.versions == {"wptest": "0.1.9, 0.2.0"}


def test_what_has_no_parts_is_refused():
    with pytest.raises(UnmergeableError, match=r"r1.json is of `wptest run`, which has no parts"):
        together(shard(1), full())
