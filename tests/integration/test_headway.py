"""Programs that are busy for ever and get nowhere: the run ends, and says what is left and what it waits for."""

from __future__ import annotations

import click
import pytest
from python_sinks import RESCUED, scenario

from engine.behaviour import REFERENCE
from engine.behaviour.profile import behaviour_of
from engine.kernel import Livelock
from engine.storage.disk_port import write_all
from engine.units import MINUTE, parse_duration
from wptest.console.shared_options import timeout as timeout_option
from wptest.explore.breaches import breaches
from wptest.explore.guarantees import broken_guarantees
from wptest.kept.circumstances import variables_read
from wptest.pytest_plugin import pytest_configure
from wptest.run.bounds import PATIENCE_VARIABLE, FruitlessError
from wptest.run.headway import Headway
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.words.failures import Failure

# What can't be written goes to a rescue file, and that is replayed in the same run, once a second.
FOR_EVER = behaviour_of(["wp-motor-1.17", "write_error=at_once"])
OPTIONS = RunOptions(behaviour=FOR_EVER)
FAULT = "  - fault: {{on: data/out_dat/a.dat, fail: write, errno: EIO{more}}}\n"
RECOVERY = "  - run: wprescue work"
TWENTY = RESCUED.replace("300", "20")


@pytest.fixture
def variant(tmp_path):
    def made(when=RECOVERY, more=""):
        return scenario(tmp_path / "s.wptest.yaml", FAULT.format(more=more) + when, TWENTY)

    return made


def livelock(result):
    return next((each for each in result.findings if each.code is Failure.LIVELOCK), None)


class TestARecoveryThatReplaysForEver:
    @pytest.mark.slow
    def test_ends_with_what_is_left_and_what_it_waits_for(self, variant):
        found = livelock(run_variant(variant(), OPTIONS))

        assert found.message.startswith("wprescue: still trying after ")
        assert found.message.endswith(" of virtual time in which no line got anywhere: 20 lines left")
        places, failing, fault, meanwhile = found.evidence
        assert places == "data/out_dat/a.dat: of 20 lines 20 rescued"
        assert failing == "a still fails: Input/output error (data/out_dat/a.dat)"
        assert fault == "the fault EIO on data/out_dat/a.dat is still there since step 1"
        assert "wprescue recovery.file_removed" in meanwhile
        assert 5 * MINUTE < found.time < 15 * MINUTE
        assert breaches([found])  # an exploration that comes to it has found something

    @pytest.mark.slow
    def test_breaks_a_guarantee_of_the_behaviour(self, variant):
        assert "livelock" in broken_guarantees(FOR_EVER, [variant()], every=True)

    @pytest.mark.slow
    def test_may_take_longer_where_the_environment_says(self, variant, monkeypatch):
        monkeypatch.setenv(PATIENCE_VARIABLE, "20m")

        assert livelock(run_variant(variant(), OPTIONS)).time > 20 * MINUTE
        assert variables_read("scenario: s") == {PATIENCE_VARIABLE: "20m"}

    @pytest.mark.slow
    def test_may_take_as_long_as_a_step_waits_by_the_clock(self, variant):
        when = "  - start: wprescue work\n  - wait: 20m\n  - kill: wprescue"
        assert livelock(run_variant(variant(when), OPTIONS)) is None

    @pytest.mark.slow
    def test_comes_to_its_end_where_the_trouble_does(self, variant):
        assert livelock(run_variant(variant(more=", for: 15m"), OPTIONS)) is None


class TestAWrongDuration:
    @pytest.fixture(autouse=True)
    def wrong(self, monkeypatch):
        monkeypatch.setenv(PATIENCE_VARIABLE, "lots")

    def test_is_wrong_usage_of_a_command(self):
        command = timeout_option(click.Command("any", callback=lambda timeout: timeout))
        told = "the environment variable WPTEST_PATIENCE: 'lots' is not a duration"
        with pytest.raises(click.UsageError, match=told):
            command.main([], standalone_mode=False)

    def test_is_wrong_usage_of_pytest_before_it_collects(self, pytestconfig):
        with pytest.raises(pytest.UsageError, match=PATIENCE_VARIABLE):
            pytest_configure(pytestconfig)


class TestHeadway:
    """Asked again and again, with 200 events of any kind that moves something in between."""

    @pytest.fixture
    def world(self, variant):
        made = []
        run_variant(variant("  - wait: 1ms"), prepare=made.append)
        return made[0]

    @pytest.fixture
    def look(self, world):
        bound = Headway(world)

        def looked(duration="3m", work=200):
            for _ in range(work):
                world.machine.emit("wprescue", "recovery.scanned")
            world.machine.scheduler.now += parse_duration(duration)
            bound()

        return looked

    def in_vain(self, look, times):
        for _ in range(times):
            look()

    def test_much_work_of_which_nothing_comes_ends_the_run(self, look):
        look()
        with pytest.raises(FruitlessError, match="20 lines left"):
            self.in_vain(look, 3)

    def test_time_alone_is_no_work(self, look):
        for _ in range(10):
            look("1h", work=0)

    def test_work_that_takes_no_time_is_bounded_as_well(self, look, world):
        look("0s")
        look("0s")
        world.machine.work += 2_000_000
        with pytest.raises(FruitlessError):
            look("0s")

    def test_each_line_that_arrives_is_headway(self, look, world):
        lines = world.ledger.dues.lines()["data/out_dat/a.dat"]
        for line in lines:
            look()
            write_all(world.machine.disk, "data/out_dat/a.dat", line + b"\n", behind=True)
        with pytest.raises(FruitlessError, match="0 lines left"):
            self.in_vain(look, 4)

    def test_a_line_that_arrives_again_is_none(self, look, world):
        line, *_ = world.ledger.dues.lines()["data/out_dat/a.dat"]

        def arrive():
            for _ in range(6):
                look()
                write_all(world.machine.disk, "data/out_dat/a.dat", line + b"\n", behind=True)

        with pytest.raises(FruitlessError, match="19 lines left"):
            arrive()

    def test_a_step_is_headway(self, look, world):
        for number in range(9):
            look()
            world.machine.emit("wptest", "step", number=number, does="wait")

    def test_too_many_events_end_it_too(self, world):
        bound = Headway(world, most_events=3)
        for _ in range(4):
            world.machine.emit("wprescue", "recovery.scanned")
        with pytest.raises(Livelock, match="no end in sight after"):
            bound()


class TestARequestThatIsRefusedAgainAndAgain:
    """What a sink keeps of it may grow each time: five minutes of virtual time took minutes of real time."""

    KEPT = behaviour_of([
        "wp-connectors-0.7", "failed_rows=sent_with_the_next", "bare_lines=as_nulls", "refused_rows=sent_again"
    ])  # fmt: skip
    AGAIN = behaviour_of(["refused_rows=sent_again"])
    PROJECT = "project: {servers: {db: {engine: merge_tree%s}}, sinks: {a: {type: clickhouse, server: db%s}}}\n"

    def _ran(self, path, text, behaviour):
        path.write_text(f"scenario: s\n{text}")
        (loaded,) = load_file(path)
        return run_variant(loaded.variants[0], RunOptions(behaviour=behaviour))

    def test_ends_soon_with_why(self, tmp_path):
        waiting = "given: {files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 300}}}\n"
        text = f"{self.PROJECT % ('', '')}{waiting}when: [{{run: wprescue work}}]\n"
        result = self._ran(tmp_path / "s.wptest.yaml", text, self.KEPT)

        found = livelock(result)
        assert found.message.endswith(" of virtual time in which no line got anywhere: 300 lines left")
        assert "a still fails: Code: 117 null for column line" in found.evidence
        assert found.time < MINUTE

    def test_is_told_from_one_row_after_the_other(self, tmp_path):
        row = ", batch: {lines: 10}, row: {parse: {csv: [n]}, columns: {n: {type: text(20), required: true}}}"
        lines = "\\n".join(f"x{number}" for number in range(80))
        files = f'{{data/in_dat/gen.dat: {{text: "{lines}\\n"}}}}'
        given = f"given: {{source: {{patterns: {{/app: '*'}}}}, files: {files}}}\n"
        text = f"{self.PROJECT % (', tables: {a: {n: {type: int32}}}', row)}{given}when: [{{run: wparse batch}}]\n"
        result = self._ran(tmp_path / "s.wptest.yaml", f"{text}then: {{ledger: {{quarantined: 80}}}}\n", REFERENCE)

        assert result.findings == ()

    def test_is_told_from_a_fault_that_is_over_some_time(self, tmp_path):
        given = "given: {source: {lines: 200, rate: 100/s}}\n"
        fault = '{fail_requests: {server: db, refuse: "Code: 27", times: 60}}'
        live = "{start: wparse daemon}, {wait: idle}, {signal: {wparse: TERM}}, {wait: {exit: wparse}}"
        steps = f"when: [{fault}, {live}, {{run: wprescue work}}]\n"
        result = self._ran(tmp_path / "s.wptest.yaml", f"{self.PROJECT % ('', '')}{given}{steps}", self.AGAIN)

        assert livelock(result) is None
        assert len([each for each in result.events if each.kind == "request.fault"]) == 60
