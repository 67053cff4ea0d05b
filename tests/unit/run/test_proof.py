"""What makes a pass worth nothing: nothing owed, bad exits, changes that met nothing, sinks that got nothing."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

from wptest.report.reported import reported_findings
from wptest.report.result_text import finding_lines
from wptest.run.running import run_against
from wptest.run.world import RunOptions
from wptest.words.failures import Failure

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
RESCUED = f"{{files: {{'{FILE}': {{lines: 300}}}}}}"
SLOW = "{speed_limit: 100, sinks: {a: {}}}"
WORK = "  - run: wprescue work"
BATCH = "  - run: wparse batch"
START = "  - start: wprescue work\n"
EXIT = "  - wait: {exit: wprescue}"


def of(result, code):
    return [finding for finding in result.findings if finding.code is code]


def only(result, code):
    """The one finding there is, of that code, which makes the run unverified."""
    (found,) = result.findings
    assert (result.outcome.value, found.code) == ("unverified", code), found
    assert found.help
    return found


def test_the_one_thing_to_do_is_in_every_report(play, tmp_path):
    result = play(scenario(WORK))
    (finding,) = result.findings

    (told,) = reported_findings(result, result.findings, tmp_path)
    assert told.help == finding.help
    assert f"    help: {finding.help}" in finding_lines(result, finding, tmp_path)


@pytest.mark.parametrize("disk", ["memory", "real"])
def test_a_real_disk_tells_the_same(variant_of, disk):
    variant = variant_of(scenario(f"  - disk: {{data/rescue: {{size: 64KiB}}}}\n{WORK}", "{}", RESCUED))

    only(run_against(disk, None, variant, RunOptions()), Failure.CHANGED_NOTHING)


class TestNothingOwed:
    @pytest.mark.parametrize(
        ("steps", "given", "evidence", "help_"),
        [
            (
                WORK,
                "{files: {data/rescued/a-2025-10-04_01:59:24.dat: {lines: 50}}}",
                "data/rescued/a-2025-10-04_01:59:24.dat: is not below the rescue root, data/rescue",
                "let data/rescued/a-2025-10-04_01:59:24.dat be below data/rescue and end in .dat",
            ),
            (
                WORK,
                "{files: {data/rescue/a-2025-10-04_01:59:24.txt: {lines: 50}}}",
                "data/rescue/a-2025-10-04_01:59:24.txt: is no rescue file, which ends in .dat",
                "let data/rescue/a-2025-10-04_01:59:24.txt be below data/rescue and end in .dat",
            ),
            (
                WORK,
                f"{{files: {{'{FILE}': {{text: ''}}}}}}",
                f"{FILE}: has no line",
                "give it lines, or if none is meant, say so: then: {ledger: {issued: 0}}",
            ),
            (
                WORK,
                "{}",
                "rescue files, below data/rescue: none",
                "give it lines, or if none is meant, say so: then: {ledger: {issued: 0}}",
            ),
            (
                WORK,
                "{source: {lines: 100, rate: 100/s}}",
                "the input, data/in_dat/gen.dat: 100 lines, of which none was read",
                "give it lines, or if none is meant, say so: then: {ledger: {accepted: 0}}",
            ),
            (
                "  - start: wparse daemon",
                "{source: {lines: 100, rate: 100/s}}",
                "wparse was still running when 'then' was judged",
                "add '- wait: idle' before it",
            ),
            (
                "  - wait: 1s",
                "{}",
                "the input, data/in_dat/gen.dat: no line",
                "give it lines, or if none is meant, say so: then: {ledger: {issued: 0}}",
            ),
        ],
    )
    def test_it_says_what_there_was_and_one_thing_to_do(self, play, steps, given, evidence, help_):
        found = only(play(scenario(steps, "{}", given)), Failure.NOTHING_OWED)
        assert evidence in found.evidence
        assert found.help == help_

    @pytest.mark.parametrize(
        ("steps", "then", "given"),
        [
            (WORK, "{ledger: {issued: 0}}", "{}"),
            (WORK, "{ledger: {accepted: '<= 0'}}", "{source: {lines: 100}}"),
            (f"{WORK}\n  - check: {{ledger: {{delivered: '< 1'}}}}", "{}", "{}"),
            (BATCH, "{exit: {wparse: 2}}", "{}"),  # it is about a program that can't do its work
            ("  - run: wproj check", "{output: {wproj: ['check: OK*']}}", "{}"),
            ("  - run: wpgen sample -n 5", "{}", "{}"),
            (f"{WORK}\n  - run: wproj data clean", "{}", RESCUED),  # they were owed, and an operator took them away
            (WORK, "{}", "{files: {data/out_dat/a.dat: {lines: 3}}}"),  # nothing may happen to these
        ],
    )
    def test_what_says_so_or_is_about_something_else_is_a_pass(self, play, steps, then, given):
        assert play(scenario(steps, then, given)).findings == ()

    @pytest.mark.parametrize(
        "then", ["{exit: {wprescue: 0}}", "{rescue: {dat: 0, lock: 0}}", "{ledger: {lost: 0, duplicates: 0}}"]
    )
    def test_what_holds_of_nothing_says_nothing(self, play, then):
        only(play(scenario(WORK, then)), Failure.NOTHING_OWED)


class TestExits:
    GONE = "{files: {data/rescue/gone-2025-10-04_01:59:24.dat: {lines: 10}}}"

    def test_a_program_that_ends_badly_is_told_with_its_last_complaint(self, play):
        found = only(play(scenario(WORK, "{rescue: {dat: 1}}", self.GONE)), Failure.UNEXPECTED_EXIT)
        assert found.path == ("when", 0, "run")
        assert found.message == "wprescue exited with 3, and the scenario doesn't say that it should"
        assert found.evidence[0].startswith("its last complaint, at 0s: no sink agent for gone, skipped")
        assert found.help == "if that is meant, say so: then: {exit: {wprescue: 3}}"

    def test_so_is_one_that_is_waited_for(self, play):
        found = only(play(scenario(START + EXIT, "{rescue: {dat: 1}}", self.GONE)), Failure.UNEXPECTED_EXIT)
        assert found.path == ("when", 0, "start")

    def test_so_is_wproj_by_what_it_printed(self, play):
        project = "{expect: {basis: total_input, mode: error}, sinks: {a: {expect: {ratio: 1.0}}}}"
        found = only(play(scenario("  - run: wproj validate sink-file", project=project)), Failure.UNEXPECTED_EXIT)
        assert found.message.startswith("wproj exited with 101")
        assert found.evidence[0].startswith("the last that it printed: ")

    def test_each_run_is_told_unless_an_exit_before_the_next_is_about_it(self, play):
        steps = f"{WORK}\n  - check: {{exit: {{wprescue: 3}}}}\n{WORK}\n{WORK}"
        result = play(scenario(steps, "{exit: {wprescue: 3}, rescue: {dat: 1}}", self.GONE))
        found = only(result, Failure.UNEXPECTED_EXIT)
        assert (found.path, found.help) == (
            ("when", 2, "run"),
            "if that is meant, say so: - check: {exit: {wprescue: 3}} after it",
        )

    @pytest.mark.parametrize("end", ["kill: wprescue", "signal: {wprescue: TERM}", "signal: {wprescue: KILL}"])
    def test_one_that_the_scenario_stops_ends_as_it_wanted(self, play, end):
        steps = f"{START}  - upon: {{sink: a, lines: 5}}\n    {end}\n{EXIT}\n{WORK}"
        assert play(scenario(steps, "{}", RESCUED, SLOW)).outcome.value == "passed"

    @pytest.mark.parametrize("end", ["kill: wprescue", "signal: {wprescue: TERM}", "signal: {wprescue: HUP}"])
    def test_one_that_has_ended_before_is_not_stopped(self, play, end):
        found = only(play(scenario(f"{START}  - at: 10s\n    {end}", "{}", RESCUED, SLOW)), Failure.NO_EFFECT)
        assert found.message == "step 2 had no effect: wprescue doesn't run"

    def test_a_hang_up_stops_nobody_and_excuses_nothing(self, play):
        steps = f"{START}  - signal: {{wprescue: HUP}}\n{EXIT}"
        only(play(scenario(steps, "{rescue: {dat: 1}}", self.GONE)), Failure.UNEXPECTED_EXIT)


class TestModes:
    @pytest.mark.parametrize(
        ("steps", "path", "message", "help_"),
        [
            (
                f"{START}  - at: 1s\n    chmod: {{data/out_dat: '0555'}}\n{EXIT}",
                ("when", 1, "chmod", "data/out_dat"),
                "the mode 0555 of data/out_dat denied nobody anything",
                'to refuse writes, use a fault: {on: "data/out_dat/**", fail: [write, open], errno: EACCES}',
            ),
            (
                f"{START}  - at: 1s\n    chmod: {{data/out_dat/a.dat: '0444'}}\n{EXIT}",
                ("when", 1, "chmod", "data/out_dat/a.dat"),
                "the mode 0444 of data/out_dat/a.dat denied nobody anything",
                "to refuse writes, use a fault: {on: data/out_dat/a.dat, fail: [write, open], errno: EACCES}",
            ),
            (
                f"{WORK}\n  - chmod: {{data/out_dat: '0500'}}",
                ("when", 1, "chmod", "data/out_dat"),
                "the mode 0500 of data/out_dat denied nobody anything",
                "do it before what it is to deny",
            ),
            (
                f"  - touch: data/out_dat/a.dat\n  - chmod: {{data/out_dat/a.dat: '0666'}}\n{WORK}",
                ("when", 1, "chmod", "data/out_dat/a.dat"),
                "data/out_dat/a.dat already had the mode 0666, as far as its owner is concerned",
                "programs run as the owner: take a bit of the owner away, like '0444'",
            ),
        ],
    )
    def test_one_that_denies_nothing_is_told(self, play, steps, path, message, help_):
        found = only(play(scenario(steps, "{}", RESCUED, SLOW)), Failure.CHANGED_NOTHING)
        assert (found.path, found.message, found.help) == (path, message, help_)

    def test_it_says_what_there_was_on_the_files_instead(self, play):
        steps = f"{START}  - at: 1s\n    chmod: {{data/out_dat: '0555'}}\n{EXIT}"
        found = only(play(scenario(steps, "{}", RESCUED, SLOW)), Failure.CHANGED_NOTHING)
        assert found.evidence[0] == "the mode of a directory binds whoever makes, renames or removes a file there"
        assert found.evidence[1].startswith("there was, on data/out_dat/a.dat: ")

    @pytest.mark.parametrize(
        "chmod",
        ["{data/out_dat: '0555'}", f"{{'{FILE}': '0200'}}"],
        ids=["a target can't be made", "a rescue file can't be read"],
    )
    def test_one_that_denies_something_is_a_fault_like_any_other(self, play, chmod):
        back = chmod.replace("0555", "0755").replace("0200", "0644")
        steps = f"  - touch: data/out_dat/x\n  - chmod: {chmod}\n  - start: wprescue daemon\n  - wait: 3s\n"
        steps += f"  - chmod: {back}\n  - signal: {{wprescue: TERM}}\n{EXIT}\n{WORK}"
        result = play(scenario(steps, "{must_happen: storage.EACCES}", RESCUED))
        assert result.outcome.value == "passed", result.findings

    def test_the_same_error_of_a_fault_says_nothing_of_the_mode(self, play):
        steps = f"{START}  - at: 1s\n    chmod: {{data/out_dat: '0555'}}\n"
        steps += "  - fault: {on: data/out_dat/a.dat, fail: write, errno: EACCES, times: 1}\n" + EXIT
        result = play(scenario(steps, "{must_happen: storage.EACCES}", RESCUED, SLOW))
        assert only(result, Failure.CHANGED_NOTHING).path == ("when", 1, "chmod", "data/out_dat")

    def test_beside_the_timeline_it_is_told_the_same(self, play):
        text = scenario(WORK, "{}", RESCUED, SLOW) + "meanwhile: [{at: 1s, chmod: {data/out_dat: '0555'}}]\n"
        found = only(play(text), Failure.CHANGED_NOTHING)
        assert found.path == ("meanwhile", 0, "chmod", "data/out_dat")


class TestSizes:
    @pytest.mark.parametrize(
        ("steps", "given", "path", "evidence"),
        [
            (
                WORK,
                f"{{disk: {{data/out_dat: {{size: 1MiB}}}}, files: {{'{FILE}': {{lines: 3}}}}}}",
                ("given", "disk", "data/out_dat"),
                "in it at most, when something was written: 144 bytes",
            ),
            (
                f"  - disk: {{data/rescue: {{size: 64KiB}}}}\n{WORK}",
                RESCUED,
                ("when", 0, "disk", "data/rescue"),
                "in it at most, when something was written: ",
            ),
            (
                f"{WORK}\n  - disk: {{data/elsewhere: {{size: 1}}}}",
                RESCUED,
                ("when", 1, "disk", "data/elsewhere"),
                "nothing was written there since then",
            ),
        ],
    )
    def test_a_directory_that_is_never_full_is_told(self, play, steps, given, path, evidence):
        found = only(play(scenario(steps, "{}", given)), Failure.CHANGED_NOTHING)
        assert found.path == path
        assert found.evidence[0].startswith(evidence)

    def test_more_room_ends_trouble_and_has_to_meet_nothing(self, play):
        given = f"{{disk: {{data/out_dat: {{size: 10kB}}}}, files: {{'{FILE}': {{lines: 300}}}}}}"
        steps = "  - start: wprescue daemon\n  - at: 5s\n    disk: {data/out_dat: {size: 1MiB}}\n  - wait: idle"
        assert play(scenario(steps, "{must_happen: storage.ENOSPC}", given)).findings == ()


class TestClocks:
    @pytest.mark.parametrize("change", ["step: -1h", "drift: 200ppm", "truncate: 1s"])
    def test_one_that_nobody_looks_at_any_more_is_told(self, play, change):
        found = only(play(scenario(f"{WORK}\n  - clock: {{{change}}}", "{}", RESCUED)), Failure.CHANGED_NOTHING)
        assert found.message == "nobody looked at the wall clock any more after it was changed"

    @pytest.mark.parametrize("change", ["step: -1h", "drift: 200ppm", "truncate: 1s"])
    def test_one_that_a_program_logs_by_is_not(self, play, change):
        assert play(scenario(f"  - clock: {{{change}}}\n{WORK}", "{}", RESCUED)).findings == ()

    def test_one_that_goes_right_again_ends_trouble(self, play):
        steps = f"  - clock: {{step: -1h}}\n{WORK}\n  - clock: {{step: 1h}}"
        assert play(scenario(steps, "{}", RESCUED)).findings == ()


class TestHeals:
    FAULT = "  - fault: {on: data/out_dat/a.dat, fail: open, errno: EIO, times: 1}\n"

    @pytest.mark.parametrize(
        "steps",
        [
            f"  - heal: true\n{WORK}",
            f"{FAULT}{WORK}\n  - heal: true",  # it could not bite any more
            f"{FAULT.replace('times: 1', 'for: 10ms')}{WORK}\n  - wait: 1s\n  - heal: true",
        ],
    )
    def test_where_there_is_no_fault_it_heals_nothing(self, play, steps):
        found = only(play(scenario(steps, "{}", RESCUED)), Failure.CHANGED_NOTHING)
        assert found.message == "there was no fault to be healed"

    def test_one_that_ends_a_fault_is_fine(self, play):
        steps = self.FAULT.replace(", times: 1", "") + "  - start: wprescue daemon\n  - wait: 1s\n  - heal: true\n"
        assert play(scenario(f"{steps}  - wait: idle", "{}", RESCUED)).findings == ()


@pytest.fixture
def unforeseen(monkeypatch):
    """As with faults of somebody's own, which may write lines anywhere: else this is a mistake before the run."""
    monkeypatch.setattr("wptest.scenario.semantics.check_proof", lambda _scene: None)


class TestSinks:
    GROUPS = "{groups: {web: {rule: /nginx, sinks: {a: {}}}, mail: {rule: [/postfix], sinks: {b: {}}}}}"
    INPUT = "{source: {lines: 100, rules: {/postfix: 1}}}"

    @pytest.mark.parametrize("expected", ["{ratio: 0.01, tol: 0.02}", "{lines: '>= 0'}", "{lines: not 5}"])
    def test_one_that_got_nothing_and_is_fine_with_it_by_accident_is_told(self, play, expected):
        result = play(scenario(BATCH, f"{{sinks: {{a: {expected}}}}}", self.INPUT, self.GROUPS))
        found = only(result, Failure.GOT_NOTHING)
        assert found.path == ("then", "sinks", "a")
        assert found.evidence == (
            "where the lines went: b 100",
            "its group web takes /nginx, and the input has lines of /postfix",
        )

    @pytest.mark.parametrize("expected", ["{lines: 0}", "{lines: '<= 5'}", "{ratio: 0}", "{content: []}"])
    def test_one_that_may_get_nothing_by_number_is_not(self, play, expected):
        assert play(scenario(BATCH, f"{{sinks: {{a: {expected}}}}}", self.INPUT, self.GROUPS)).findings == ()

    @pytest.mark.usefixtures("unforeseen")
    def test_a_failure_says_where_the_lines_went_and_why(self, play):
        given = "{source: {lines: 100, rules: {nginx: 3, postfix: 1}}}"
        groups = self.GROUPS.replace("/nginx", "'*nginx'")
        result = play(scenario(BATCH, "{sinks: {b: {ratio: 0.25}}}", given, groups))
        (found,) = of(result, Failure.RATIO)
        assert found.evidence == (
            "the ledger: 0 owed, 0 delivered",
            "where the lines went: a 75, default_sink 25",
            "its group mail takes /postfix, and the input has lines of nginx, postfix",
            "no group takes the rule postfix: did you mean '/postfix'?",
        )

    @pytest.mark.usefixtures("unforeseen")
    def test_a_failure_says_that_no_input_was_read(self, play):
        (found,) = of(play(scenario(WORK, "{sinks: {a: {lines: 5}}}")), Failure.SINK_LINES)
        assert found.evidence[1] == "no input was read, and no rescue file is for a"

    def test_the_project_s_own_expectation_that_holds_for_nothing_is_told(self, play):
        project = self.GROUPS.replace("{a: {}}", "{a: {expect: {ratio: 0.01, tol: 0.02}}}").replace(
            "{groups", "{expect: {basis: total_input, mode: error}, groups"
        )
        result = play(scenario(BATCH, "{validate: pass}", self.INPUT, project))
        found = only(result, Failure.GOT_NOTHING)
        assert found.message == "a got nothing, and what the project expects of it holds: 0.01±0.02"


class TestNever:
    """What must not be there proves nothing where there is nothing at all."""

    QUIET = "{log_level: error, sinks: {a: {}}}"

    @pytest.mark.parametrize("expected", ["{never: '*'}", "{exactly: {'*': 0}}"])
    def test_in_a_log_without_a_message(self, play, expected):
        found = only(
            play(scenario(WORK, f"{{log: {{wprescue: {expected}}}}}", RESCUED, self.QUIET)),
            Failure.NOTHING_TO_CHECK,
        )
        assert found.message == "wprescue logged nothing, so there is nothing to check"

    def test_in_the_log_of_a_program_that_never_came_to_be_started(self, play):
        steps = f"{WORK}\n  - upon: {{sink: a, lines: 999}}\n    run: wparse batch"
        result = play(scenario(steps, "{log: {wparse: {never: '*error*'}}}", RESCUED))
        (found,) = of(result, Failure.NOTHING_TO_CHECK)
        assert found.message == "wparse was never started, so there is nothing to check"

    def test_in_the_output_of_a_program_that_prints_nothing(self, play):
        found = only(
            play(scenario(WORK, "{output: {wprescue: {exactly: {'*': 0}}}}", RESCUED)), Failure.NOTHING_TO_CHECK
        )
        assert found.message == "wprescue printed nothing, so there is nothing to check"

    @pytest.mark.usefixtures("unforeseen")
    def test_in_a_file_without_a_line(self, play):
        given = "{source: {lines: 10, rules: {miss: 1}}}"
        found = only(
            play(scenario(BATCH, "{sinks: {a: {content: {never: '*password*'}}}}", given)), Failure.NOTHING_TO_CHECK
        )
        assert found.path == ("then", "sinks", "a", "content", "never")

    @pytest.mark.parametrize("event", ["recovery.file_skipped", "checkpoint.saved", "lock.refused"])
    def test_among_events_of_programs_that_were_never_started(self, play, event):
        result = play(scenario(BATCH, f"{{must_not_happen: {event}}}", "{source: {lines: 10}}"))
        assert " alone, which was never started" in only(result, Failure.NOTHING_TO_CHECK).message

    @pytest.mark.parametrize("event", ["line.dropped", "storage.EIO", "program.killed", "rescue.created"])
    def test_but_not_among_those_that_could_have_happened(self, play, event):
        assert play(scenario(BATCH, f"{{must_not_happen: {event}}}", "{source: {lines: 10}}")).findings == ()


class TestHaste:
    INPUT = "{source: {lines: 100, rate: 100/s}}"

    @pytest.mark.parametrize(
        "then", ["{sinks: {a: {lines: 100}}}", "{ledger: {accepted: 100}}", "{sinks: {a: {ratio: 0.5}}}"]
    )
    def test_what_fails_while_a_daemon_is_at_work_says_so(self, play, then):
        result = play(scenario("  - start: wparse daemon\n  - wait: 150ms", then, self.INPUT))
        (found,) = (each for each in result.findings if each.outcome.value == "failed")
        assert "wparse was still running when 'then' was judged" in found.evidence
        assert found.help == "add '- wait: idle' before it"

    @pytest.mark.parametrize(
        ("then", "help_"),
        [
            ("{must_happen: source.ended}", "add '- wait: idle' before it"),
            (
                "{timing: {wparse: {within: 1s}}}",
                "let it end before: add '- wait: {exit: wparse}', and for a daemon",
            ),
            ("{exit: {wparse: 0}}", "let it end before: add '- wait: {exit: wparse}', and for a daemon"),
        ],
    )
    def test_so_does_what_can_not_be_told_yet(self, play, then, help_):
        result = play(scenario("  - start: wparse daemon\n  - wait: 150ms", then, self.INPUT))
        assert result.findings[0].help.startswith(help_)

    def test_for_a_program_that_ends_by_itself_its_end_is_to_be_waited_for(self, play):
        result = play(scenario(f"{START}  - wait: 1s", "{sinks: {a: {lines: 300}}}", RESCUED, SLOW))
        assert result.findings[0].help == "add '- wait: {exit: wprescue}' before it"

    def test_what_fails_at_rest_or_on_purpose_in_between_does_not(self, play):
        idle = play(scenario("  - start: wparse daemon\n  - wait: idle", "{sinks: {a: {lines: 99}}}", self.INPUT))
        assert (idle.outcome.value, idle.findings[0].help) == ("failed", "")
        check = f"{START}  - at: 1s\n    check: {{sinks: {{a: {{lines: 5}}}}}}\n{EXIT}"
        assert play(scenario(check, "{}", RESCUED, SLOW)).findings[0].help == ""
