from __future__ import annotations

import pytest
from scenario_bench import scenario, told

from engine.storage.disk_port import write_all
from engine.storage.memory import MemoryDisk
from wptest.run.closing import close
from wptest.run.world import RunOptions, World
from wptest.words.failures import Failure

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
SLOW = "{speed_limit: 10, sinks: {a: {type: file, file: a.dat}}}"
RESCUED = f"{{files: {{'{FILE}': {{lines: 100}}}}}}"


def outcome(result):
    return result.outcome.value, [(name, message) for _, name, message in told(result)]


def test_a_scenario_in_which_all_holds_has_passed(play):
    result = play(scenario("  - run: wprescue work", "{sinks: {a: {lines: 100}}}", RESCUED))
    assert outcome(result) == ("passed", [])
    assert result.virtual_time == 0


def test_an_expectation_that_does_not_hold_has_failed_at_its_place(play):
    result = play(scenario("  - run: wprescue work", "{sinks: {a: {lines: 99}}, rescue: {dat: 1}}", RESCUED))
    assert outcome(result) == (
        "failed",
        [
            ("then.rescue.dat", "released rescue files (.dat): expected 1, got 0"),
            ("then.sinks.a.lines", "lines of a: expected 99, got 100"),
        ],
    )
    assert [finding.path for finding in result.findings] == [
        ("then", "rescue", "dat"),
        ("then", "sinks", "a", "lines"),
    ]


@pytest.mark.parametrize("lines", [1, 37, 99, 100])
def test_a_step_upon_a_number_of_lines_comes_exactly_then(play, lines):
    steps = f"""  - start: wprescue work
  - upon: {{sink: a, lines: {lines}}}
    kill: wprescue
  - check: {{sinks: {{a: {{lines: {lines}}}}}, rescue: {{dat: 1}}}}"""
    fast = "{speed_limit: 0, sinks: {a: {type: file, file: a.dat}}}"
    assert outcome(play(scenario(steps, given=RESCUED, project=fast))) == ("passed", [])


def test_failed_comes_before_unverified(play):
    result = play(
        scenario("  - run: wprescue work", "{sinks: {a: {lines: 1}}, must_happen: line.dropped}", RESCUED)
    )
    assert [first for first, _, _ in told(result)] == ["failed", "unverified"]
    assert result.outcome.value == "failed"


class TestUnverified:
    def only(self, result):
        assert result.outcome.value == "unverified"
        ((outcome, name, message),) = told(result)
        assert outcome == "unverified"
        return name, message

    def test_a_fault_that_never_bit(self, play):
        steps = "  - fault: {on: 'data/in_dat/**', fail: [write], errno: EIO}\n  - run: wprescue work"
        name, message = self.only(play(scenario(steps, given=RESCUED)))
        assert (name, message) == ("when.0", "the fault EIO on data/in_dat/** never bit")

    def test_a_fault_that_bit_is_none_of_it(self, play):
        steps = "  - fault: {on: 'data/out_dat/**', fail: [open], errno: EIO, times: 1}\n  - run: wprescue work"
        assert play(scenario(steps, given=RESCUED)).outcome.value == "passed"

    @pytest.mark.parametrize(
        "trigger", ["{event: line.dropped}", "{sink: a, lines: 101}", "{log: {wprescue: 'no such line'}}"]
    )
    def test_a_step_that_was_never_triggered_and_those_behind_it_are_played(self, play, trigger):
        steps = f"  - start: wprescue work\n  - upon: {trigger}\n    kill: wprescue\n  - run: wprescue work"
        name, message = self.only(play(scenario(steps, given=RESCUED)))
        assert (name, message) == ("when.1", "step 2 (kill) was never triggered")

    def test_an_event_that_had_to_happen(self, play):
        result = play(scenario("  - run: wprescue work", "{must_happen: [recovery.began, line.dropped]}", RESCUED))
        assert self.only(result) == ("then.must_happen.1", "line.dropped never happened")

    def test_a_ratio_without_input(self, play):
        result = play(scenario("  - run: wprescue work", "{sinks: {a: {ratio: 1.0}}}", RESCUED))
        assert self.only(result)[0] == "then.sinks.a.ratio"

    def test_a_replay_that_was_none(self, play):
        result = play(scenario("  - run: wprescue work", "{replay: {duplicates: 0}, ledger: {issued: 0}}"))
        assert self.only(result) == ("then.replay", "nothing was replayed, so there is nothing to check")

    def test_a_validation_with_nothing_to_judge(self, play):
        result = play(scenario("  - run: wprescue work", "{validate: pass}", RESCUED))
        assert self.only(result) == ("then.validate", "the project's expectations had nothing to judge")

    def test_a_validation_that_could_judge_a_part_only(self, play):
        project = (
            "{expect: {mode: error, min_samples: 100}, groups: {"
            "g: {rule: /g, sinks: {a: {expect: {ratio: 1.0}}}}, h: {rule: /h, sinks: {b: {expect: {ratio: 1.0}}}}}}"
        )
        given = "{source: {lines: 101, rules: {/g: 100, /h: 1}}}"
        steps = "  - run: wparse batch"
        result = play(scenario(steps, "{validate: pass}", given, project))
        name, message = self.only(result)
        assert (name, message) == (
            "then.validate", "the project's verdict: some of its expectations could not be judged",
        )  # fmt: skip
        assert result.findings[0].evidence == ("h: ignored: samples 1 < min_samples 100",)
        assert play(scenario(steps, "{validate: warn}", given, project)).outcome.value == "passed"

    def test_output_that_there_was_none_of(self, play):
        result = play(scenario("  - run: wprescue work", "{output: {wprescue: {never: ['*']}}}", RESCUED))
        assert self.only(result) == (
            "then.output.wprescue",
            "wprescue printed nothing, so there is nothing to check",
        )

    def test_a_step_that_comes_after_its_time(self, play):
        steps = "  - run: wprescue work\n  - at: 2s\n    run: wprescue work"
        name, message = self.only(play(scenario(steps, given=RESCUED, project=SLOW)))
        assert (name, message) == ("when.1", "step 2 should be at 2s, it is 9.9s")


class TestFailed:
    @pytest.mark.parametrize(
        ("expected", "message"),
        [
            ("['== *', 'Total: *9']", "expected wproj to print 'Total: *9' next, got none: there is no such line"),
            ("{never: '*a *'}", "expected wproj never to print '*a *', got 1 line"),
            ("{exactly: {'| *': 3}}", "expected wproj to print '| *' 3 times, got it 2 times"),
        ],
    )
    def test_output_of_the_last_run_only(self, play, expected, message):
        steps = "  - run: wproj rescue stat -d\n  - run: wproj rescue stat"
        ((_, name, told_message),) = told(play(scenario(steps, f"{{output: {{wproj: {expected}}}}}", RESCUED)))
        assert name.startswith("then.output.wproj.")
        assert told_message == message

    def test_an_event_that_must_not_happen(self, play):
        result = play(scenario("  - run: wprescue work", "{must_not_happen: recovery.file_removed}", RESCUED))
        assert outcome(result) == (
            "failed", [("then.must_not_happen.0", "expected no recovery.file_removed, got 1, the first at 0s")],
        )  # fmt: skip

    def test_a_wait_in_which_nothing_moves_any_more(self, play):
        steps = (
            "  - fault: {on: 'data/out_dat/**', fail: [open, append], errno: EROFS}\n"
            "  - start: wprescue daemon\n  - wait: idle"
        )
        result = play(scenario(steps, given=RESCUED))
        assert outcome(result) == (
            "failed", [("when.2", "wait: nothing has moved for 1h (wprescue still running)")],
        )  # fmt: skip

    def test_a_wait_for_an_idle_wparse_whose_sink_is_down_for_ever(self, play):
        steps = (
            "  - fault: {on: 'data/out_dat/**', fail: [open, append], errno: EROFS}\n"
            "  - start: wparse daemon\n  - wait: idle"
        )
        result = play(scenario(steps, given="{source: {lines: 50}}"))
        assert ("when.2", "wait: nothing has moved for 1h (wparse still running)") in outcome(result)[1]

    def test_an_exit_code_of_a_program_that_has_not_ended(self, play):
        result = play(scenario("  - start: wprescue daemon\n  - wait: idle", "{exit: {wprescue: 0}}", RESCUED))
        assert outcome(result) == (
            "failed", [("then.exit.wprescue", "exit code of wprescue: expected 0, got none: it has not ended")],
        )  # fmt: skip


class TestInputs:
    """What a scenario may have in its files, and what the books must not stumble over."""

    @pytest.mark.parametrize(
        "text",
        ["one\\n\\ntwo\\n", "same\\nother\\nsame\\n", "one\\n  \\n", "crlf\\r\\ntwo\\r\\n", "no end"],
        ids=["blank", "again", "spaces", "crlf", "unfinished"],
    )
    def test_any_input_passes_through_wparse(self, play, text):
        given = f'{{files: {{data/in_dat/gen.dat: {{text: "{text}"}}}}}}'
        result = play(scenario("  - run: wparse batch", given=given))
        assert outcome(result) == ("passed", [])

    @pytest.mark.parametrize(
        "text",
        ["one\\n\\ntwo\\n", "same\\nother\\nsame\\n", "one\\n  \\n", "crlf\\r\\ntwo\\r\\n", "no end", ""],
        ids=["blank", "again", "spaces", "crlf", "unfinished", "empty"],
    )
    def test_any_rescue_file_passes_through_wprescue(self, play, text):
        then = "{}" if text else "{ledger: {issued: 0}}"
        result = play(scenario("  - run: wprescue work", then, f'{{files: {{"{FILE}": {{text: "{text}"}}}}}}'))
        assert outcome(result) == ("passed", [])

    @pytest.mark.parametrize("text", ["one\\n\\ntwo\\n", "no end"], ids=["blank", "unfinished"])
    def test_any_target_of_the_start_is_left_as_it_is(self, play, text):
        given = f'{{files: {{data/out_dat/a.dat: {{text: "{text}"}}, "{FILE}": {{lines: 3}}}}}}'
        result = play(scenario("  - run: wprescue work", given=given))
        assert outcome(result) == ("passed", [])

    @pytest.mark.parametrize("env", ["{WPTEST_RESCUE_PHASES: nonsense}", "{LINE_CNT: many}"])
    def test_a_bad_environment_variable_is_told_and_breaks_nothing(self, variant_of, env):
        from wptest.run.running import run_variant
        from wptest.text.scenario_source import InvalidScenario

        text = scenario(
            "  - run: wpgen sample\n  - run: wparse batch",
            given=f"{{env: {env}}}",
            project="{sinks: {a: {type: test_rescue, file: a.dat}}}",
        )
        try:
            result = run_variant(variant_of(text))
        except InvalidScenario:
            return
        assert result.outcome.value == "failed"


class TestClosing:
    @staticmethod
    def world(variant_of, **changes):
        return World(variant_of(scenario("  - run: wprescue work", **changes)), MemoryDisk(), RunOptions())

    @staticmethod
    def closed(world):
        scheduler = world.machine.scheduler

        async def main():
            program = world.start(world.scenario.when[0].verb.command)
            await program.process.ended.wait()
            return await close(world)

        return [(finding.name, finding.message) for finding in scheduler.run(scheduler.spawn(main()))]

    def test_a_state_at_rest_is_no_finding(self, variant_of):
        assert self.closed(self.world(variant_of, given=RESCUED)) == []

    def test_a_second_recovery_that_changes_something_is_one(self, variant_of):
        world = self.world(variant_of, given=RESCUED)
        write_all(world.machine.disk, "aside", b"")
        ends = []

        def meddle(_event):
            ends.append(1)
            if len(ends) == 2:  # the closing phase's recovery has left nothing, it says
                write_all(world.machine.disk, "data/out_dat/a.dat", b"less\n")

        world.machine.trace.listen("recovery.began", meddle)
        assert ("recovery_idempotent", "one more recovery changed data/out_dat/a.dat") in self.closed(world)

    def test_a_program_that_does_not_end_although_all_is_well_is_one(self, variant_of):
        world = self.world(variant_of, given=RESCUED)

        def hold(_event):
            for program in world.programs:
                program.process.signal = lambda _number: None

        world.machine.trace.listen("recovery.began", hold)
        scheduler = world.machine.scheduler
        from engine.programs.command import parse_command

        async def main():
            world.start(parse_command("wprescue daemon"))
            await world.waiting.until_idle()
            return await close(world)

        (finding,) = scheduler.run(scheduler.spawn(main()))
        assert finding.message == "wprescue doesn't end although all trouble is over"

    def test_lines_that_a_scenario_leaves_behind_are_recovered_and_judged(self, play):
        steps = "  - start: wprescue work\n  - upon: {sink: a, lines: 50}\n    kill: wprescue"
        result = play(
            scenario(
                steps,
                "{ledger: {rescued: 50}}",
                RESCUED,
                "{speed_limit: 100, sinks: {a: {type: file, file: a.dat}}}",
            )
        )
        assert outcome(result) == ("passed", [])
        assert sum(event.kind == "recovery.file_removed" for event in result.events) == 1


def test_the_same_scenario_and_seed_leave_the_same_trace_and_another_seed_another_order(play):
    steps = "  - start: wparse daemon\n  - wait: idle\n  - signal: {wparse: TERM}\n  - wait: {exit: wparse}"
    text = scenario(
        f"{steps}\n  - run: wprescue work",
        given="{source: {lines: 500, rate: 1k/s}}",
        project="{sinks: {a: {type: test_rescue, phases: [up 100ms, down 50ms, up 1h]}, b: {type: file}}}",
    )
    results = [play(text, seed=seed) for seed in (0, 0, 7)]
    assert {result.outcome.value for result in results} == {"passed"}
    assert results[0].trace_hash == results[1].trace_hash
    assert results[2].seed == 7


def test_what_a_finding_names_is_cut_where_it_is_long(play):
    pattern = "x" * 100_000
    result = play(scenario("  - run: wparse batch", f"{{log: {{wparse: [{pattern}]}}}}", "{source: {lines: 2}}"))

    (found,) = [each for each in result.findings if each.code is Failure.LOG]
    assert len(found.message) < 200
    assert found.message.startswith("expected wparse to log 'xxx")
