"""The shipped scenarios load as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.project.model import INFRA_GROUPS
from engine.units import SECOND, Phase
from wptest.reuse.outline import outline
from wptest.scenario.load import load_file
from wptest.shapes.values import Comparison
from wptest.words.expectations.checkpoint_entries import CheckpointEntries
from wptest.words.expectations.logged_messages import LoggedMessages
from wptest.words.expectations.sink_results import SinkResults
from wptest.words.storage_fault import StorageFault
from wptest.words.triggers.sink_lines import LinesAt, UponLines
from wptest.words.verbs.send_signal import SendSignal

SCENARIOS = Path(__file__).parents[3] / "scenarios"
FILES = sorted(SCENARIOS.rglob("*.wptest.yaml"))


def only_variant(name):
    (loaded,) = load_file(SCENARIOS / f"{name}.wptest.yaml")
    return loaded.variants[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_scenario_loads_and_its_outline_agrees(path):
    loaded = load_file(path)

    assert outline(path) == [each.outline for each in loaded]
    for each in loaded:
        assert [variant.id for variant in each.variants] == ([row.id for row in each.outline.variants] or [""])


class TestOutageAndRecovery:
    def test_the_project_directory_becomes_a_project_with_what_is_given(self):
        project = only_variant("outage-and-recovery").project

        sink = next(sink for sink in project.sinks if sink.name == "benchmark_file_sink")
        assert sink.phases == (Phase(up=True, duration=2 * SECOND), Phase(up=False, duration=2 * SECOND))
        assert project.source.rate == 2_000

    def test_log_lines_written_as_a_list_are_in_order(self):
        log = only_variant("outage-and-recovery").scenario.then.get(LoggedMessages)["wprescue"]

        assert str(log.in_order[0]) == "recover begin"
        assert log.in_order[1].matches("recover file: data/rescue/benchmark_file_sink-x.dat")


class TestCheckpointResume:
    def test_every_variant_has_its_values_in_their_places(self):
        (loaded,) = load_file(SCENARIOS / "checkpoint-resume.wptest.yaml")
        variant = next(each for each in loaded.variants if each.id == "stop=INT,sent=99")

        step = variant.scenario.when[1]
        assert len(loaded.variants) == 20
        assert step.trigger == UponLines(LinesAt("benchmark_file_sink", 99))
        assert step.verb == SendSignal({"wprescue": "INT"})

    def test_an_empty_checkpoint_is_an_expectation(self):
        then = only_variant("checkpoint-resume").scenario.then

        assert then.get(CheckpointEntries) == {}

    def test_places_in_the_file_can_be_asked_for_after_loading(self):
        document = only_variant("checkpoint-resume").document

        span = document.span_of(("then", "sinks", "benchmark_file_sink", "lines"))
        step = document.span_of(("when", 3))
        assert document.source.line(span.line)[span.column - 1 :][: span.length] == "1000"
        assert document.source.line(step.line).strip() == "- run: wprescue work"
        assert document.span_of(("when", 3, "run", "nowhere")) == document.span_of(("when", 3, "run"))


class TestReadOnlyTarget:
    def test_typed_values_and_comparisons_come_from_the_matrix(self):
        (loaded,) = load_file(SCENARIOS / "read-only-target.wptest.yaml")

        lines = [variant.scenario.then.get(SinkResults)["benchmark_file_sink"].lines for variant in loaded.variants]
        assert lines == [Comparison("==", 1000), Comparison("<", 1000), Comparison("<", 1000)]
        assert [variant.project.strategies["sink"] for variant in loaded.variants] == [
            "fix_retry",
            "throw",
            "tolerant",
        ]

    def test_write_is_the_append_operation(self):
        fault = only_variant("read-only-target").scenario.when[1].verb.written

        assert isinstance(fault, StorageFault)
        assert fault.operations == ("append", "open")
        assert fault.duration == 1_500_000_000


def test_an_inline_project_has_one_business_group_and_all_infra_groups():
    project = only_variant("stale-lock").project

    assert [group.name for group in project.groups] == ["business", *INFRA_GROUPS]
    assert project.groups[0].rules == ("*",)
    assert [sink.path for sink in project.sinks][:2] == ["data/out_dat/a.dat", "data/out_dat/default.dat"]
    assert [sample.rule for sample in project.samples] == ["/sample"]
