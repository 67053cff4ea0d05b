"""What real versions make of inputs and of their lines, by choices of behaviour."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from engine_bench import INPUT, SECOND, TARGET, Bench, make_project

from engine.behaviour import REFERENCE
from engine.kernel import Signal
from engine.project.identity import identified
from engine.project.model import INFRA_GROUPS, SinkConf, SourceConf
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.storage.disk_port import write_all
from engine.units import parse_phases

MISSES = "data/out_dat/miss.dat"


class TestBlanks:
    def delivered(self, data: bytes, *patterns: tuple[str, str], **choices: str) -> tuple[list[bytes], list[bytes]]:
        behaviour = replace(REFERENCE, input_blanks="taken_off", **choices)
        bench = Bench(make_project(patterns=patterns), behaviour=behaviour)
        write_all(bench.disk, INPUT, data)
        assert bench.run("wparse batch") == 0
        return bench.lines(), bench.lines(MISSES)

    def test_they_are_taken_off_where_a_rule_takes_the_line(self):
        data = "  one\ntwo\t \n\u3000three\xa0\nfo  ur\n\x00five\x00\n".encode()
        lines, misses = self.delivered(data, ("/sample", "*"))
        assert lines == [b"one", b"two", b"three", b"fo  ur", b"\x00five\x00"]
        assert misses == []

    def test_a_blank_line_arrives_as_an_empty_one_where_a_rule_takes_it(self):
        assert self.delivered(b"one\n\n \t \ntwo\n", ("/sample", "*"))[0] == [b"one", b"", b"", b"two"]

    def test_what_no_rule_takes_keeps_them_and_blanks_alone_are_nothing(self):
        data = "  one\n\n   \n\u3000\n  seen  \n".encode()
        lines, misses = self.delivered(data, ("/sample", "seen"))
        assert lines == [b"seen"]
        assert misses == [b"  one", "\u3000".encode()]

    def test_carriage_returns_at_the_end_go_first(self):
        data = b"one \r\n\r\n"
        assert self.delivered(data, ("/sample", "*"), input_line_end="strip_carriage_return")[0] == [b"one", b""]


class TestInputsThatCantBeRead:
    @pytest.mark.parametrize("is_there", [False, True])
    def test_real_versions_have_made_infra_targets_before_they_refuse_one(self, is_there):
        behaviour = replace(REFERENCE, missing_input="refused", sinks_at_start="all_or_nothing")
        bench = Bench(behaviour=behaviour)
        if is_there:
            bench.feed(10)
            bench.disk.chmod(INPUT, 0)
        program = bench.start("wparse daemon")
        bench.run_for(SECOND)
        made = [path for path in bench.disk.list("") if path not in (INPUT, "logs/wparse.log")]
        assert program.process.exit_code == 100
        assert made == sorted(f"data/out_dat/{name}.dat" for name in INFRA_GROUPS)

    def test_one_that_cant_be_opened_after_all_is_refused_as_well(self):
        bench = Bench(behaviour=replace(REFERENCE, missing_input="refused"))
        bench.feed(10)
        bench.fault(INPUT, "open", errno=13)
        assert bench.run("wparse batch") == 100

    def test_one_that_is_a_directory_is_tried_until_a_signal_comes(self):
        bench = Bench(behaviour=replace(REFERENCE, missing_input="refused", unreadable_input="tried_for_ever"))
        write_all(bench.disk, f"{INPUT}/inside", b"")
        program = bench.start("wparse batch")
        bench.run_for(100 * SECOND)
        assert program.process.alive
        program.process.signal(Signal.TERM)
        bench.run_for(2 * SECOND)
        assert program.process.exit_code == 0

    def test_one_that_is_a_directory_hides_none_that_is_missing(self):
        more = (SourceConf("data/two.dat", key="two"),)
        project = make_project(source=SourceConf(INPUT, key="one"), more_sources=more)
        bench = Bench(project, behaviour=replace(REFERENCE, missing_input="refused"))
        write_all(bench.disk, f"{INPUT}/inside", b"")
        assert bench.run("wparse batch") == 100


class TestSeveralSources:
    BEHAVIOUR = replace(REFERENCE, target_lines="as_records", rescue_lines="entries", miss_record="with_its_error")

    def bench(self, kind=FILE_KIND, **conf):
        sink = SinkConf("a", kind, TARGET, record_format="json", whole=True, **conf)
        sources = {"source": SourceConf(INPUT, key="one"), "more_sources": (SourceConf("data/two.dat", key="two"),)}
        project = make_project(sink, patterns=(("/sample", "* line"),), **sources)
        bench = Bench(replace(project, groups=identified(project.groups)), behaviour=self.BEHAVIOUR)
        write_all(bench.disk, INPUT, b"first line\nnobody's\n")
        write_all(bench.disk, "data/two.dat", b"second line\nnor theirs\n")
        return bench

    def test_records_name_the_one_that_their_line_is_of(self):
        bench = self.bench()
        bench.run("wparse batch")
        told = [json.loads(line) for line in bench.lines()]
        assert sorted((each["msg"], each["wp_src_key"], each["access_source"]) for each in told) == [
            ("first line", "one", INPUT),
            ("second line", "two", "data/two.dat"),
        ]

    def test_miss_records_do_as_well(self):
        bench = self.bench()
        bench.run("wparse batch")
        lines = bench.lines(MISSES)
        named = {lines[place + 1]: line for place, line in enumerate(lines) if line.startswith(b"src_key")}
        assert named == {b"nobody's": b"src_key: one  | data:", b"nor theirs": b"src_key: two  | data:"}

    def test_so_do_entries_of_rescue_files_and_what_is_replayed_of_them(self):
        bench = self.bench(TEST_RESCUE_KIND, phases=parse_phases("down 1h"))
        bench.run("wparse batch")
        (path,) = bench.rescue_files()
        records = [json.loads(line)["record"]["items"] for line in bench.lines(path)]
        keys = {items[1]["value"]["Chars"]: items[2]["value"]["Chars"] for items in records}
        assert keys == {"first line": "one", "second line": "two"}
