"""A kind of sink is one file that says all of itself; `slow` is one."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from engine_bench import MILLISECOND, TARGET, Bench, make_project

from engine.directories.load_project import load_project
from engine.project.model import SinkConf, SourceConf
from engine.project.sink_kind import SinkKind
from engine.sinks.kinds import BY_NAME, SINK_KINDS
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.slow_sink import DELAY, SLOW_KIND
from engine.text.problems import ProjectError
from wptest.subject.projects.project_files import write_project

ROOT = Path(__file__).parents[3]


def slow(milliseconds: int) -> SinkConf:
    return SinkConf("a", SLOW_KIND, TARGET, settings=((DELAY.name, milliseconds * MILLISECOND),))


@pytest.mark.parametrize("left_out", SinkKind._fields)
def test_a_kind_that_leaves_anything_unsaid_is_an_error_at_import(left_out: str) -> None:
    said = FILE_KIND._asdict()
    del said[left_out]
    with pytest.raises(TypeError, match=left_out):
        SinkKind(**said)


def test_nobody_asks_for_a_kind_by_its_name() -> None:
    # Words that mean something else in many places.
    names = SINK_KINDS.keys() - {"file", "slow", "python", "clickhouse"}
    asking = []
    for path in [*ROOT.glob("engine/**/*.py"), *ROOT.glob("wptest/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare):
                compared = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
                asking += [f"{path.name}: {ast.unparse(node)}"] if compared & names else []
    assert asking == []


@pytest.mark.parametrize("name", [name for name in BY_NAME if SINK_KINDS[name].target == "file"])
def test_what_is_written_for_real_programs_is_read_back(tmp_path: Path, name: str) -> None:
    kind = SINK_KINDS[name]
    settings = tuple((parameter.name, parameter.read(parameter.example)) for parameter in kind.parameters)
    sink = SinkConf("a", kind, TARGET, kind.default_phases or None, settings=settings)
    write_project(tmp_path, make_project(sink), "seed")
    (read,) = load_project(tmp_path).business_sinks
    assert replace(read, group=sink.group) == sink


class TestSlow:
    def test_each_batch_is_delivered_after_its_delay(self):
        bench = Bench(make_project(slow(250), source=SourceConf(rate=100.0)))
        lines = bench.feed(30)
        assert bench.run("wparse batch") == 0
        assert bench.lines() == lines
        assert [each["at"] // MILLISECOND for each in bench.events("sink.delivered") if each["sink"] == "a"] == [
            250,
            500,
            750,
        ]

    def test_a_kill_meanwhile_leaves_the_batch_undelivered(self):
        bench = Bench(make_project(slow(250)))
        bench.feed(30)
        program = bench.start("wparse batch")
        bench.run_for(200 * MILLISECOND)
        program.process.kill()
        assert bench.lines() == []

    def test_it_is_as_quick_as_any_other_once_all_trouble_is_over(self):
        bench = Bench(make_project(slow(3_600_000)))
        bench.machine.faultless = True
        lines = bench.feed(10)
        bench.run("wparse batch")
        assert bench.lines() == lines
        assert bench.now < 3_600_000 * MILLISECOND

    def test_without_a_delay_it_has_its_default(self):
        assert SinkConf("a", SLOW_KIND, TARGET).value_of(DELAY) == 100 * MILLISECOND

    def test_a_directory_that_says_no_duration_is_told_so(self, tmp_path):
        write_project(tmp_path, make_project(slow(250)), "seed")
        group = tmp_path / "sink/business.d/000.toml"
        group.write_text(group.read_text().replace("250ms", "250"))
        with pytest.raises(ProjectError) as error:
            load_project(tmp_path)
        (problem,) = error.value.problems
        assert (str(problem.path), problem.message) == (
            "sink/business.d/000.toml",
            "'250' has no unit, expected a duration like 250ms or 2s",
        )
