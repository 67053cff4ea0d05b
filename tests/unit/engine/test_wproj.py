"""`wproj` by its modes: what it prints, what it exits with, what it leaves alone."""

from __future__ import annotations

import errno
import json

import pytest
from engine_bench import FILE, INPUT, RESCUE, TARGET, Bench, joined, make_project, numbered_lines, phases

from engine.behaviour import Behaviour
from engine.directories.load_project import load_project
from engine.project.model import GroupExpect, SinkConf, SinkExpect, SourceConf
from engine.sinks.kinds.blackhole import BLACKHOLE_KIND
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.storage.disk_port import write_all
from engine.storage.real import RealDisk


def wproj(bench, command):
    """The exit code of a `wproj` command, and what it printed."""
    before = len(bench.events("program.output"))
    code = bench.run(f"wproj {command}")
    return code, [event["line"] for event in bench.events("program.output")][before:]


def judged_bench(ratio=1.0, tol=0.0, mode="error", **options):
    sink = SinkConf("a", FILE_KIND, TARGET, None, SinkExpect(ratio, tol))
    project = make_project(sink)
    group = project.groups[0]
    object.__setattr__(group, "expect", GroupExpect("total_input", mode=mode))
    return Bench(project, **options)


class TestStat:
    def test_lines_are_ends_of_lines_by_file_and_in_all(self):
        bench = Bench()
        write_all(bench.disk, INPUT, b"1\n2\n3\n")
        write_all(bench.disk, TARGET, b"1\n2\n3")
        code, lines = wproj(bench, "stat file")
        assert code == 0
        assert "| file | yes     |     3 | ./data/in_dat/gen.dat |       |" in lines
        assert [line.split()[5:9] for line in lines if "business/a" in line] == [
            ["./data/out_dat/a.dat", "|", "2", "|"]
        ]
        assert {"Total enabled lines: 3", "Total lines: 2"} <= set(lines)

    def test_both_names_print_the_same_and_json_has_the_same_figures(self):
        bench = Bench()
        bench.feed(4)
        write_all(bench.disk, TARGET, b"1\n")
        write_all(bench.disk, FILE, b"2\n3\n")
        assert wproj(bench, "data stat -v") == wproj(bench, "stat file --verbose")
        found = json.loads("\n".join(wproj(bench, "data stat --json")[1]))
        assert (found["ok"], found["src"]["total"], found["sink"]["total"], found["waiting"]) == (True, 4, 1, 2)
        assert found["sink"]["items"][0] == {
            "scope": "business", "group": "business", "sink": "a", "path": "./data/out_dat/a.dat",
            "lines": 1, "waiting": 2, "error": None,
        }  # fmt: skip

    def test_a_source_that_is_off_counts_nothing_and_a_black_hole_is_named(self):
        project = make_project(SinkConf("hole", BLACKHOLE_KIND), source=SourceConf(enabled=False))
        bench = Bench(project)
        bench.feed(4)
        code, lines = wproj(bench, "stat file")
        assert code == 0
        assert "Total enabled lines: 0" in lines
        assert "not counted: business/hole: the lines of a blackhole sink can't be counted" in lines

    def test_a_file_that_cant_be_read_is_told_and_the_others_are_counted(self):
        bench = Bench()
        bench.feed(2)
        write_all(bench.disk, TARGET, b"1\n")
        bench.fault(TARGET, "read", errno=errno.EIO)
        code, lines = wproj(bench, "stat file")
        assert code == 1
        assert any("business/a" in line and "Input/output error" in line for line in lines)
        assert "Total enabled lines: 2" in lines


class TestRescueStat:
    def test_what_waits_is_neither_blank_nor_done_nor_torn(self):
        bench = Bench(make_project(speed_limit=10))
        write_all(bench.disk, FILE, b"1\n\n2\n3\n4")
        write_all(bench.disk, f"{RESCUE}/a-2025-10-04_01:59:25.dat.lock", b"5\n6\ntor")
        code, lines = wproj(bench, "rescue stat -d")
        assert code == 0
        cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ./")]
        assert cells == [
            [f"./{FILE}", "a", "5", "4", "8", ""],
            ["./data/rescue/a-2025-10-04_01:59:25.dat.lock", "a", "2", "2", "7",
             "locked, by a writer that lives or by one that died: see wproj rescue unlock"],
        ]  # fmt: skip
        assert lines[-1] == "Total: files=2 lines=7 waiting=6"

    def test_what_a_stopped_recovery_has_delivered_waits_no_more(self):
        bench = Bench(make_project(speed_limit=10))
        write_all(bench.disk, FILE, joined(numbered_lines(50)))
        program = bench.start("wprescue work")
        bench.run_until_event("checkpoint.saved", 3)
        program.process.stop.set()
        bench.play(program.process.ended.wait)
        done = len(bench.lines())
        assert 0 < done < 50
        assert wproj(bench, "rescue stat")[1][-1] == f"Total: files=1 lines=50 waiting={50 - done}"

    def test_files_that_no_recovery_replays_say_why(self):
        bench = Bench()
        write_all(bench.disk, f"{RESCUE}/b-2025-10-04_01:59:24.dat", b"1\n")
        write_all(bench.disk, f"{RESCUE}/odd,name.dat", b"2\n")
        found = json.loads("\n".join(wproj(bench, "rescue stat --json")[1]))
        assert [file["trouble"] for file in found["files"]] == [
            "there is no sink 'b'",
            "not the name of a rescue file",
        ]
        assert wproj(bench, "rescue stat --csv")[1] == [
            "path,sink_name,line_count,size_bytes,waiting,trouble",
            "./data/rescue/b-2025-10-04_01:59:24.dat,b,1,2,1,there is no sink 'b'",
            '"./data/rescue/odd,name.dat",,1,2,1,not the name of a rescue file',
        ]

    def test_another_directory_and_an_empty_one(self):
        bench = Bench()
        write_all(bench.disk, "kept/a-2025-10-04_01:59:24.dat", b"1\n")
        assert wproj(bench, "rescue stat") == (
            0,
            ["== Rescue files in ./data/rescue ==", "none", "Total: files=0 lines=0 waiting=0"],
        )
        assert wproj(bench, "rescue stat --rescue-path ./kept")[1][-1] == "Total: files=1 lines=1 waiting=1"


class TestValidate:
    @pytest.mark.parametrize(
        ("lines", "mode", "headline", "code"),
        [
            (10, "error", "validate: PASS", 0),
            (9, "warn", "validate: WARN (1 warnings)", 0),
            (9, "error", "validate: FAIL (1 errors)", 100),
            (9, "panic", "validate: FAIL (1 errors)", 100),
        ],
    )
    def test_the_exit_code_is_that_of_the_headline(self, lines, mode, headline, code):
        bench = judged_bench(mode=mode)
        write_all(bench.disk, TARGET, joined(bench.feed(10)[:lines]))
        found, printed = wproj(bench, "validate sink-file")
        assert (found, printed[:2]) == (code, [headline, "Total input: 10 (source=override)"])
        assert bench.log("error") == (["validate failed"] if code else [])

    def test_nothing_to_judge_has_a_code_of_its_own(self):
        bench = Bench()
        bench.feed(10)
        assert wproj(bench, "data validate")[0] == 101
        assert wproj(Bench(behaviour=Behaviour(nothing_checked="passes")), "data validate")[0] == 0

    def test_the_input_can_be_given(self):
        bench = judged_bench(ratio=0.5)
        write_all(bench.disk, TARGET, joined(bench.feed(10)))
        code, lines = wproj(bench, "validate sink-file --input-cnt 20")
        assert (code, lines[0]) == (0, "validate: PASS")
        assert lines[-1].startswith("note: lines that are there again were not looked for: the whole input")

    def test_json_has_the_evidence_that_the_text_has(self):
        bench = judged_bench()
        write_all(bench.disk, TARGET, joined([*bench.feed(4)[:3], b"wp_event_id=9 of another run"]))
        write_all(bench.disk, FILE, b"waits\n")
        code, lines = wproj(bench, "validate sink-file --json")
        found = json.loads("\n".join(lines))
        assert (code, found["pass"], found["outcome"], found["checked"]) == (100, False, "FAIL", 1)
        (issue,) = found["issues"]
        assert (issue["severity"], issue["group"], issue["sink"]) == ("error", "business", "a")
        assert issue["evidence"] == {
            "denominator": 4, "lines": 4, "ratio": 1.0, "expected": "1±0", "waiting": 1, "repeated": 0,
        }  # fmt: skip

    def test_a_line_that_is_there_again_is_found_and_equal_lines_of_the_input_are_none(self):
        bench = judged_bench()
        write_all(bench.disk, INPUT, b"x\nx\ny\nz\n")
        write_all(bench.disk, TARGET, b"x\nx\ny\ny\n")
        code, lines = wproj(bench, "validate sink-file -v")
        assert code == 100
        assert lines[-1].split(": ", 1)[1] == (
            "denom=4 ratio=1.000000 lines=4 waiting=0 repeated=1 expect=1±0 verdict=Repeated"
        )

    def test_lines_that_no_recovery_will_send_are_told(self):
        bench = judged_bench()
        write_all(bench.disk, TARGET, joined(bench.feed(4)))
        write_all(bench.disk, f"{RESCUE}/b-2025-10-04_01:59:24.dat", b"1\n")
        lines = wproj(bench, "validate sink-file")[1]
        path = "./data/rescue/b-2025-10-04_01:59:24.dat"
        assert lines[-1] == f"note: {path} has lines that no recovery sends: 1 (there is no sink 'b')"

    def test_a_file_that_cant_be_read_is_no_empty_one(self):
        bench = judged_bench(ratio=0.0)
        write_all(bench.disk, TARGET, b"1\n")
        bench.fault(TARGET, "open", errno=errno.EACCES)
        code, lines = wproj(bench, "validate sink-file")
        assert (code, lines) == (1, [f"wproj validate sink-file: Permission denied ({TARGET})"])


class TestCheck:
    def test_a_project_that_can_run_is_all_right(self):
        bench = judged_bench()
        bench.feed(1)
        code, lines = wproj(bench, "check")
        assert (code, lines[0]) == (0, "check: OK")

    def test_what_is_odd_is_a_warning_and_what_is_broken_an_error(self):
        sinks = SinkConf("a", FILE_KIND, TARGET), SinkConf("b", FILE_KIND, TARGET)
        bench = Bench(make_project(*sinks, samples=()))
        code, lines = wproj(bench, "check")
        assert (code, lines[0]) == (0, "check: OK (4 warnings)")
        write_all(bench.disk, f"{RESCUE}/recover.lock", b"{")
        code, lines = wproj(bench, "check --json")
        found = json.loads("\n".join(lines))
        assert (code, found["ok"]) == (1, False)
        assert [item["what"] for item in found["items"] if item["level"] == "error"] == ["checkpoint"]
        odd = [item["what"] for item in found["items"] if item["level"] == "warn"]
        assert odd == ["input", "samples", f"target ./{TARGET}", "expectations"]


class TestInit:
    def test_a_project_is_made_that_loads_and_is_checked_and_nothing_is_ever_overwritten(self, tmp_path):
        bench = Bench(disk=RealDisk(tmp_path))
        code, lines = wproj(bench, "init")
        assert code == 0
        assert lines[0] == "made ./conf/wparse.toml"
        project = load_project(tmp_path)
        assert [group.name for group in project.groups if not group.infra] == ["benchmark"]
        (tmp_path / "sink/defaults.toml").unlink()
        assert wproj(bench, "init") == (0, [])
        bench = Bench(project, RealDisk(tmp_path))
        assert bench.run("wpgen sample -n 200") == 0
        assert bench.run("wparse batch") == 0
        assert bench.run("wprescue work") == 0
        assert wproj(bench, "validate sink-file")[1][0] == "validate: PASS"

    def test_a_file_that_is_there_is_kept(self):
        bench = Bench()
        write_all(bench.disk, "conf/wpsrc.toml", b"mine\n")
        assert "kept ./conf/wpsrc.toml: it is there already" in wproj(bench, "init")[1]
        assert bench.lines("conf/wpsrc.toml") == [b"mine"]


class TestClean:
    def litter(self, **options):
        bench = Bench(**options)
        bench.feed(3)
        for path in (TARGET, FILE, f"{FILE}.lock", f"{RESCUE}/recover.lock", f"{RESCUE}/notes.txt"):
            write_all(bench.disk, path, b"{}\n")
        write_all(bench.disk, FILE.replace(".dat", ".quarantine"), b"")
        return bench

    def test_targets_rescue_files_and_the_checkpoint_go_and_the_input_stays(self):
        bench = self.litter()
        assert wproj(bench, "data clean")[0] == 0
        left = [path for path in bench.disk.list("data") if not path.endswith("/.wprescue")]
        assert left == [INPUT, f"{RESCUE}/notes.txt"]

    def test_what_is_removed_stays_so_when_the_power_goes(self):
        bench = self.litter()
        bench.run("wproj data clean")
        bench.disk.power_loss()
        assert bench.disk.list("data/out_dat") == []
        assert f"{RESCUE}/recover.lock" not in bench.disk.list(RESCUE)

    @pytest.mark.parametrize("failing", range(1, 6))
    def test_no_checkpoint_outlives_a_rescue_file_and_no_target_the_checkpoint(self, failing):
        """A new file with equal lines would be taken for replayed, and lines in a target would come twice."""
        bench = self.litter()
        write_all(bench.disk, f"{RESCUE}/recover.intent-1", b"{}\n")
        bench.fault("data/*/*", "remove", errno=errno.EACCES, nth=failing, times=1)
        assert wproj(bench, "data clean")[0] == 1
        said = {f"{RESCUE}/recover.lock", f"{RESCUE}/recover.intent-1"} & set(bench.disk.list(RESCUE))
        assert not said or bench.disk.exists(FILE)
        assert said or not bench.disk.exists(TARGET)

    def test_real_versions_leave_what_replays_old_lines(self):
        bench = self.litter(behaviour=Behaviour(data_clean="all_but_rescue"))
        write_all(bench.disk, ".run/wparse.pid", b"1\n")
        assert wproj(bench, "data clean") == (
            0,
            [f"removed ./{path}" for path in (TARGET, INPUT, ".run/wparse.pid", ".run")],
        )
        assert f"{RESCUE}/recover.lock" in bench.disk.list(RESCUE)

    @pytest.mark.parametrize("rescue", [True, False], ids=["with a rescue directory", "without"])
    def test_nothing_goes_while_wparse_runs_without_an_outage(self, rescue):
        bench = Bench()
        bench.feed(3)
        if rescue:
            write_all(bench.disk, FILE, b"one\n")
        program = bench.start("wparse daemon")
        bench.run_until_event("sink.delivered")
        assert wproj(bench, "data clean") == (3, ["nothing is removed: wparse is running"])
        assert bench.lines(TARGET)
        program.process.kill()
        assert wproj(bench, "data clean")[0] == 0

    def test_nothing_goes_while_a_rescue_file_is_written(self):
        sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(100, 60_000))
        bench = Bench(make_project(sink, source=SourceConf(rate=1000.0)))
        bench.feed(1000)
        bench.start("wparse daemon")
        bench.run_until_event("rescue.created")
        before = bench.disk.list("data")
        code, lines = wproj(bench, "data clean")
        assert code == 3
        assert lines[0].startswith("nothing is removed: the writer of ./data/rescue/a-")
        assert set(before) <= set(bench.disk.list("data"))
