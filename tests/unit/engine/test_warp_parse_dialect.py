"""`wproj` and `wpgen` in the words of WarpParse (`dialect=warp_parse`), and what real versions do otherwise."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from engine_bench import INPUT, TARGET, Bench, make_project

from engine.behaviour import Behaviour
from engine.behaviour.profile import behaviour_of
from engine.programs.command import parse_arguments, parse_command
from engine.programs.wproj.warp_parse.warp_tables import bordered_table, last_parts
from engine.project.as_written import AsWritten, Generator
from engine.project.model import GroupConf, GroupExpect, SinkConf, SinkExpect, SourceConf
from engine.project.origin import Origin
from engine.sinks.kinds.blackhole import BLACKHOLE_KIND
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.storage.disk_port import write_all
from engine.text.mistake import Mistake
from engine.units import SECOND

REAL = behaviour_of(["wp-motor-1.17"])


def said(bench, command):
    """The exit code of a command, and what it printed."""
    before = len(bench.events("program.output"))
    code = bench.run(command)
    return code, [event["line"] for event in bench.events("program.output")][before:]


def real_bench(*sinks, expect=None, **options):
    sinks = sinks or (SinkConf("one", FILE_KIND, TARGET),)
    project = make_project(*sinks, source=SourceConf(key="file_1"))
    groups = (GroupConf("ga", sinks, ("*",), expect=expect), *project.groups[1:])
    object.__setattr__(project, "groups", groups)
    return Bench(project, behaviour=REAL, **options)


class TestStat:
    def counted(self):
        bench = real_bench(
            SinkConf("one", FILE_KIND, TARGET),
            SinkConf("two", FILE_KIND, "out/b.dat"),
            SinkConf("hole", BLACKHOLE_KIND),
        )
        write_all(bench.disk, INPUT, b"1\n2\n3\n")
        write_all(bench.disk, TARGET, b"1\n2\n")
        return bench

    def test_both_tables_and_each_alone(self):
        bench = self.counted()
        assert said(bench, "wproj data stat src-file") == (
            0,
            [
                "| Key    | Enabled | Lines | Path                    | Error |",
                "|--------|---------|-------|-------------------------|-------|",
                "| file_1 |    Y    |     3 | .../data/in_dat/gen.dat | -     |",
                "",
                "Total enabled lines: 3",
            ],
        )
        code, sinks = said(bench, "wproj data stat sink-file")
        assert (code, sinks[:4]) == (
            0,
            [
                "| Scope    | Sink                     | Path                           | Lines |",
                "|----------|--------------------------|--------------------------------|-------|",
                "| business | ga/one                   | .../data/out_dat/a.dat         |     2 |",
                "| business | ga/two                   | ./out/b.dat                    |     0 |",
            ],
        )
        assert sinks[-1] == "Total lines: 2"
        assert [row.split()[3] for row in sinks if "infra" in row] == [
            f"{name}/{name}_sink" for name in ("default", "error", "intercept", "miss", "monitor", "residue")
        ]
        both = said(bench, "wproj data stat")[1]
        assert both == said(bench, "wproj data stat file")[1]
        assert both[0] == "== Sources =="
        assert both[-len(sinks) - 1 :] == ["== Sinks ==", *sinks]

    @pytest.mark.parametrize(
        ("options", "sinks"),
        [
            ("--group ga --sink w", ["two"]),
            ("--path-like out_dat/a", ["one"]),
            ("--sink one --sink two", ["one", "two"]),
            ("--group miss", ["miss_sink"]),
        ],
    )
    def test_a_part_of_the_sinks_as_json_with_names_in_order(self, options, sinks):
        bench = self.counted()
        found = json.loads("\n".join(said(bench, f"wproj data stat --json {options}")[1]))
        assert [each["sink"] for each in found["sink"]["items"]] == sinks
        assert list(found) == ["ok", "sink", "src"]
        assert found["src"]["items"] == [
            {"enabled": True, "error": None, "key": "file_1", "lines": 3, "path": f"./././{INPUT}"}
        ]
        alone = json.loads("\n".join(said(bench, f"wproj data stat sink-file --json {options}")[1]))
        assert alone == found["sink"]
        assert list(alone["items"][0]) == ["group", "sink", "path", "infras", "lines"]

    def test_a_missing_input_has_no_lines_and_a_reason(self):
        lines = said(real_bench(), "wproj data stat src-file")[1]
        assert (
            lines[2]
            == "| file_1 |    Y    |     - | .../data/in_dat/gen.dat | No such file or directory (os error 2) |"
        )

    def test_names_of_any_width_stay_aligned(self):
        rows = list(
            bordered_table(("Sink", "N"), ("left", "center"), [("日志", "12345"), ("abc", "1234"), ("d", "1")])
        )
        assert rows == [
            "| Sink | N     |",
            "|------|-------|",
            "| 日志 | 12345 |",
            "| abc  |  1234 |",
            "| d    |   1   |",
        ]

    @pytest.mark.parametrize(
        ("path", "shown"),
        [
            ("./a/b.dat", "./a/b.dat"),
            ("./a/b/c.dat", ".../a/b/c.dat"),
            ("a/./b/./c.dat", "a/./b/./c.dat"),
            ("/a.dat", "/a.dat"),
            ("/a/b/c.dat", ".../a/b/c.dat"),
        ],
    )
    def test_paths_are_told_by_their_ends(self, path, shown):
        assert last_parts(path) == shown


class TestValidate:
    def test_the_share_without_a_reason_and_an_error_in_its_frame(self):
        sink = SinkConf("one", FILE_KIND, TARGET, None, SinkExpect(1.0, 0.0004))
        bench = real_bench(sink, expect=GroupExpect("total_input", mode="error"))
        bench.feed(3)
        write_all(bench.disk, TARGET, b"1\n2\n")
        code, lines = said(bench, "wproj data validate")
        assert code == 100
        assert lines == [
            "validate: FAIL (1 errors)",
            "Total input: 3 (source=override)",
            "",
            "| Sink   | Actual | Expected | Lines/Denom | Verdict  |",
            "|--------|--------|----------|-------------|----------|",
            "| ga/one |  0.667 |    1±0   |     2/3     | Exceeded |",
            " ERROR  wproj error",
            "[50041] validation error << validate failed",
            "exit code: 100",
        ]
        assert [event.get("to") for event in bench.events("program.output")][-4:] == [None, *["stderr"] * 3]

    def test_ignored_groups_have_a_table_of_their_own_and_no_rows(self):
        sink = SinkConf("one", FILE_KIND, TARGET, None, SinkExpect(low=0.5))
        bench = real_bench(sink, expect=GroupExpect("model", min_samples=9, model="x"))
        write_all(bench.disk, TARGET, b"1\n2\n")
        assert said(bench, "wproj data validate")[1] == [
            "validate: WARN (1 warnings)",
            "Total input: 2 (source=sum)",
            "",
            "| Group | Basis | Denominator | Min Samples | Actual Samples | Verdict |",
            "|-------|-------|-------------|-------------|----------------|---------|",
            "| ga    | Model |      2      |      9      |        2       | Ignored |",
        ]

    def test_without_expectations_only_the_headline(self):
        assert said(real_bench(), "wproj data validate") == (0, ["validate: PASS"])

    def test_a_sink_whose_lines_nobody_counts_is_overlooked(self):
        hole = SinkConf("hole", BLACKHOLE_KIND, None, None, SinkExpect(1.0))
        bench = real_bench(SinkConf("one", FILE_KIND, TARGET), hole, expect=GroupExpect("total_input"))
        bench.feed(3)
        assert said(bench, "wproj data validate") == (0, ["validate: PASS"])

    def test_a_group_that_expects_nothing_is_warned_of_all_the_same(self):
        bench = real_bench(expect=GroupExpect("total_input", min_samples=9))
        bench.feed(3)
        assert said(bench, "wproj data validate")[1][0] == "validate: WARN (1 warnings)"
        bench = Bench(bench.project, behaviour=Behaviour(nothing_checked="passes"))
        bench.feed(3)
        assert said(bench, "wproj data validate")[1][0] == "validate: PASS"

    def test_where_somebody_looks_colours_are_those_of_the_verdict(self):
        bench = real_bench(colours=True)
        assert said(bench, "wproj data validate")[1] == ["\x1b[42mvalidate: PASS\x1b[0m"]


class TestRescueStat:
    def rescued(self):
        bench = real_bench()
        for path, data in {
            "ga/one-2025-10-04_01:59:24-0.dat": b"x\ny",
            "ga/one-2025-10-04_01:59:25-0.dat.lock": b"x\n",
            "ga/a-very-long-name-of-a-sink-2025-10-04_01:59:26-0.dat": b"z\n" * 1024,
            "notes.dat": b"",
            "other.txt": b"x\n",
        }.items():
            write_all(bench.disk, f"data/rescue/{path}", data)
        return bench

    def test_released_files_by_the_beginning_of_their_names(self):
        code, lines = said(self.rescued(), "wproj rescue stat -r data/rescue -d")
        assert code == 0
        assert lines == [
            "Rescue 数据统计",
            "================",
            "目录: ./data/rescue",
            "文件总数: 3",
            "记录总数: 1026",
            "总大小: 2.00 KB (2051 bytes)",
            "",
            "按 Sink 分组:",
            "Sink                                Files        Lines            Size",
            "-" * 70,
            "ga/a                                    1         1024         2.00 KB",
            "ga/one                                  1            2             3 B",
            "notes.dat                               1            0             0 B",
            "-" * 70,
            "",
            "文件详情:",
            f"{'Path':<50}        Lines            Size",
            "-" * 80,
            "...long-name-of-a-sink-2025-10-04_01:59:26-0.dat           1024         2.00 KB",
            "./data/rescue/ga/one-2025-10-04_01:59:24-0.dat                2             3 B",
            "./data/rescue/notes.dat                                       0             0 B",
        ]
        assert said(self.rescued(), "wproj rescue stat -r data/rescue") == (0, lines[:14])

    def test_csv_and_json_with_and_without_the_files(self):
        bench = self.rescued()
        assert said(bench, "wproj rescue stat --csv")[1] == [
            "sink_name,file_count,line_count,size_bytes",
            "ga/a,1,1024,2048",
            "ga/one,1,2,3",
            "notes.dat,1,0,0",
        ]
        assert said(bench, "wproj rescue stat --csv -d")[1][2] == (
            "././data/rescue/ga/one-2025-10-04_01:59:24-0.dat,ga/one,2,3"
        )
        found = json.loads("\n".join(said(bench, "wproj rescue stat --json")[1]))
        assert list(found) == ["rescue_path", "total_files", "total_lines", "total_bytes", "by_sink", "files"]
        assert found["by_sink"]["ga/one"] == {
            "sink_name": "ga/one", "file_count": 1, "line_count": 2, "size_bytes": 3,
        }  # fmt: skip
        assert found["files"] == []
        files = json.loads("\n".join(said(bench, "wproj rescue stat --json --detail")[1]))["files"]
        assert [each["line_count"] for each in files] == [1024, 2, 0]

    def test_a_file_was_modified_when_it_was_last_written_to(self):
        bench = real_bench()
        write_all(bench.disk, "data/rescue/ga/one-2025-10-04_01:59:24-0.dat", b"x\n")
        bench.machine.scheduler.now += 3 * SECOND
        write_all(bench.disk, "data/rescue/ga/one-2025-10-04_01:59:25-0.dat", b"x\n")
        bench.machine.scheduler.now += 3 * SECOND
        write_all(bench.disk, "data/rescue/ga/one-2025-10-04_01:59:24-0.dat", b"y\n", behind=True)
        files = json.loads("\n".join(said(bench, "wproj rescue stat --json -d")[1]))["files"]
        assert [each["modified_time"] for each in files] == ["2025-10-04 01:59:26", "2025-10-04 01:59:23"]


class TestScripts:
    """What a script of a WarpParse does before and between the runs."""

    def test_a_clean_up_names_the_directories_that_were_there_whatever_was_in_them(self):
        bench = real_bench()
        bench.run("wprescue batch")
        told = [line.partition(":")[0] for line in said(bench, "wproj data clean")[1]]
        assert "✓ Cleaned .run directory" in told
        assert "✓ Cleaned .run directory" not in [
            line.partition(":")[0] for line in said(bench, "wproj data clean")[1]
        ]

    def test_input_logs_and_run_go_with_the_targets_and_rescue_files_stay(self):
        bench = real_bench()
        bench.feed(3)
        left = ["data/rescue/ga/one-2025-10-04_01:59:24-0.dat", "rescue/recover.lock"]
        for path in (TARGET, ".run/wparse.pid", ".run/a/b", "logs/wparse.log", "logs/old/wparse.log", *left):
            write_all(bench.disk, path, b"1\n")
        assert said(bench, "wproj data clean") == (
            0,
            [
                "✓ Sources configuration validation passed",
                "✓ Cleaned sink outputs from topology/sinks",
                "✓ Cleaned wpgen data from: ././data/in_dat/gen.dat",
                "✓ Cleaned .run directory",
                "✓ Cleaned log directory: ./logs",
                "✓ Data cleanup completed",
            ],
        )
        assert bench.disk.list("") == left
        assert bench.disk.listing("").directories == [
            "data", "data/in_dat", "data/out_dat", "data/rescue", "data/rescue/ga", "rescue",
        ]  # fmt: skip

    def test_directories_of_data_are_made_and_nothing_of_a_project(self):
        bench = real_bench()
        assert said(bench, "wproj init --mode data") == (0, ["✓ 基础项目初始化完成", "✓ 项目初始化完成"])
        assert bench.disk.list("") == []
        assert all(bench.disk.exists(f"data/{each}") for each in ("in_dat", "out_dat", "logs", "rescue"))

    def test_input_is_made_of_the_samples_of_another_directory(self):
        bench = real_bench()
        write_all(bench.disk, "alt/web/sample.dat", b"one\n\ntwo\n")
        write_all(bench.disk, "alt/web/other.dat", b"three\n")
        assert said(bench, "wpgen sample -n 3 --wpl ./alt")[0] == 0
        assert bench.lines(INPUT) == [b"one", b"two", b"one"]
        assert said(bench, "wpgen sample -n 3 --wpl nowhere")[0] == 1
        assert "nowhere has no sample lines to generate input from" in bench.log("error")[-1]

    def test_on_the_reference_that_has_no_effect_and_is_said(self):
        bench = Bench()
        assert bench.run("wpgen sample -n 1 --wpl nowhere") == 0
        assert any("option --wpl has no effect" in line for line in bench.log("warn"))

    def test_a_check_counts_what_has_passed(self):
        code, lines = said(real_bench(), "wproj check --what all")
        assert code == 0
        assert lines[3:5] == ["Project check completed (1 project)", "Config: 1/1 passed"]
        assert lines[12:16] == [
            "┌──────────────────┬───────────────────┬──────────────────────┬────────┐",
            "│ Category         ┆ Item              ┆ Data                 ┆ Result │",
            "╞══════════════════╪═══════════════════╪══════════════════════╪════════╡",
            "│ . / Config       ┆ Engine config     ┆ ././conf/wparse.toml ┆ ✓      │",
        ]
        assert lines[-2] == "│ . / SemanticDict ┆ Config            ┆ 使用内置词典         ┆ ✓      │"
        found = json.loads("\n".join(said(real_bench(), "wproj check --json")[1][3:]))
        assert found["stat"]["sinks"] == {"passed": 1, "total": 1}
        assert found["detail"][0]["oml"] == {"ok": True, "msg": None}

    def test_sample_lines_are_added_as_they_are_and_a_run_takes_two_seconds(self):
        bench = real_bench()
        for _ in range(2):
            code, lines = said(bench, "wpgen sample -n 3")
            assert (code, lines) == (
                0,
                ["wpgen summary: generated=3 lines, elapsed=0 ms, mode=direct, parallel=1 "],
            )
        assert bench.lines(INPUT) == [bench.project.samples[0].text.encode()] * 6
        assert bench.now == 4_000_000_000

    def test_a_generator_of_the_project_s_own_says_how_many_how_fast_and_where(self):
        bench = real_bench()
        generator = Generator("gen/out.dat", "./gen/out.dat", count=20, speed=100, parallel=2)
        origin, written = Origin(asked=("conf",)), AsWritten(generator=generator)
        bench.project = replace(bench.project, origin=origin, as_written=written)
        assert said(bench, "wpgen sample") == (
            0,
            ["wpgen summary: generated=20 lines, elapsed=200 ms, mode=direct, parallel=2 "],
        )
        assert len(bench.lines("gen/out.dat")) == 20
        assert said(bench, "wpgen data clean")[1] == ["wpgen: cleaned ././gen/out.dat"]
        elsewhere = replace(generator, path=None)
        bench.project = replace(bench.project, as_written=AsWritten(generator=elsewhere))
        assert said(bench, "wpgen data clean") == (0, [])
        assert "✓ Wpgen cleanup skipped: output target is not a file sink" in said(bench, "wproj data clean")[1]

    def test_the_input_is_removed_as_often_as_one_likes(self):
        bench = real_bench()
        bench.feed(3)
        assert said(bench, "wpgen data clean -c wpgen.toml") == (0, [f"wpgen: cleaned ./{INPUT}"])
        assert said(bench, "wpgen data clean") == (0, [f"wpgen: nothing to clean (not found): ./{INPUT}"])
        assert not bench.disk.exists(INPUT)


def test_where_no_rule_is_run_the_lines_are_those_of_the_samples_and_that_is_said():
    bench = real_bench()
    assert said(bench, "wpgen rule -n 2") == (
        0,
        ["wpgen summary: generated=2 lines, elapsed=0 ms, mode=direct, parallel=1, batch=128"],
    )
    assert len(bench.lines(INPUT)) == 2
    assert bench.log("warn") == ["no rule is run here: the lines are those of the samples"]


class TestGeneratorFile:
    def test_it_is_made_once_and_put_aside(self):
        bench = Bench()
        for command in ("conf init", "conf init"):
            assert said(bench, f"wpgen {command}") == (0, [])
        assert b"[generator]" in bench.lines("conf/wpgen.toml")
        for command in ("conf clean", "conf clean"):
            assert said(bench, f"wpgen {command}") == (0, [])
        assert bench.disk.list("conf") == ["conf/wpgen.toml.bak"]

    def test_a_check_says_whether_it_says_anything(self):
        bench = Bench()
        assert bench.run("wpgen conf check") == 1
        written = AsWritten(generator=Generator(INPUT, INPUT))
        bench.project = replace(bench.project, as_written=written)
        assert said(bench, "wpgen conf check") == (0, ["config file check ok!"])


def test_a_real_process_takes_the_other_spelling_of_daemon_and_a_scenario_has_the_right_one():
    assert parse_arguments("wparse", ["deamon", "--stat", "5"]).mode == "daemon"
    with pytest.raises(Mistake):
        parse_command("wparse deamon")


class TestOurWords:
    """The same commands as our own programs answer them."""

    def test_a_part_of_the_sinks_and_each_half_of_the_table(self):
        bench = Bench()
        bench.feed(2)
        assert said(bench, "wproj data stat src-file")[1][-1] == "Total enabled lines: 2"
        sinks = said(bench, "wproj data stat sink-file --group business")[1]
        assert sinks[0] == "== Sinks =="
        assert sum("|" in line for line in sinks) == 3
        assert list(json.loads("\n".join(said(bench, "wproj data stat src-file --json")[1]))) == [
            "ok", "src", "waiting", "ignored",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("mode", "files"),
        [("data", []), ("conf", ["conf/wparse.toml"]), ("model", ["models/wpl/benchmark/sample.dat"])],
    )
    def test_a_mode_makes_its_part_of_a_project(self, mode, files):
        bench = Bench()
        assert bench.run(f"wproj init --mode {mode}") == 0
        assert bench.disk.list("") == [*files, "logs/wproj.log"][: len(files)]

    def test_the_input_goes(self):
        bench = Bench()
        bench.feed(2)
        assert said(bench, "wpgen data clean") == (0, [f"removed ./{INPUT}"])
        assert said(bench, "wpgen data clean") == (0, [f"./{INPUT} is not there"])
