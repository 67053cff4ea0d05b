"""Lines that can't come: rules without a group, sinks without lines, files that only look like rescue files."""

from __future__ import annotations

import pytest

from wptest.text.codes import Code

GROUPS = """\
scenario: s
project:
  groups:
    f: {rule: /flaky*, sinks: {flaky: {}}}
    s: {rule: [/steady, /calm], sinks: {steady: {}, copy: {type: blackhole}}}
when: [{run: wparse batch}]
"""
ONE = "scenario: s\nproject: {sinks: {access_log: {}}}\n"
WORK = "when: [{run: wprescue work}]\n"
TIME = "2025-10-04_01:59:24"


def codes(told):
    return [each.code for each in told]


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "help_"),
        [
            ("flaky", "did you mean '/flaky'? A rule begins with '/'"),
            ("calm", "did you mean '/calm'? A rule begins with '/'"),
            ("/stedy", "did you mean '/steady'?"),
            ("/other", "if no group shall take them, write rules: {default: ...}"),
        ],
    )
    def test_one_that_no_group_takes_is_a_mistake(self, mistakes, rule, help_):
        (told,) = mistakes(f"{GROUPS}given: {{source: {{lines: 10, rules: {{{rule}: 1, /steady: 1}}}}}}\n")

        assert told.message == f"no group takes the rule '{rule}': its lines would go to the group 'default'"
        assert (told.expected, told.help) == ("one of: /flaky*, /steady, /calm", help_)

    def test_patterns_have_rules_as_well(self, mistakes):
        files = "files: {data/in_dat/gen.dat: {text: x}}"

        (told,) = mistakes(f"{GROUPS}given: {{source: {{patterns: {{flaky: '*'}}}}, {files}}}\n")

        assert told.code is Code.UNTAKEN_RULE

    @pytest.mark.parametrize("rule", ["/flaky/a", "/calm", "default", "miss"])
    def test_those_of_groups_and_of_infra_groups_are_right(self, load, rule):
        assert load(f"{GROUPS}given: {{source: {{lines: 10, rules: {{{rule}: 1}}}}}}\n")

    def test_a_project_of_one_group_takes_any(self, load):
        assert load(f"{ONE}when: [{{run: wparse batch}}]\ngiven: {{source: {{lines: 1, rules: {{any: 1}}}}}}\n")


class TestSinksThatGetNothing:
    INPUT = "given: {source: {lines: 10, rules: {/flaky: 1}}}\n"

    @pytest.mark.parametrize(
        "expected",
        ["{lines: 5}", "{lines: '> 0'}", "{ratio: 0.5, tol: 0.1}", "{content: {never: x}}", "{max_rate: 5/s}"],
    )
    def test_an_expectation_of_one_is_a_mistake(self, mistakes, expected):
        (told,) = mistakes(f"{GROUPS}{self.INPUT}then: {{sinks: {{flaky: {{lines: 10}}, steady: {expected}}}}}\n")

        why = "the input has lines of /flaky, and the group 's' takes /steady and /calm"
        assert (told.code, told.message) == (Code.NOTHING_COMES, f"no line can come to 'steady': {why}")

    @pytest.mark.parametrize(
        "expected", ["{lines: 0}", "{lines: '< 5'}", "{ratio: 0}", "{content: []}", "{marked: []}"]
    )
    def test_that_it_gets_nothing_can_be_expected(self, load, expected):
        assert load(f"{GROUPS}{self.INPUT}then: {{sinks: {{steady: {expected}}}}}\n")

    def test_a_trigger_and_a_check_are_looked_at_as_well(self, mistakes):
        when = (
            "when: [{start: wparse daemon}, {upon: {sink: copy, lines: 5}, kill: wparse}, {check: {sinks: %s}}]\n"
        )
        text = GROUPS.replace("when: [{run: wparse batch}]\n", when % "{steady: {lines: 1}}")

        assert codes(mistakes(text + self.INPUT)) == [Code.NOTHING_COMES] * 2

    @pytest.mark.parametrize(
        "given",
        [
            f"files: {{data/rescue/steady-{TIME}.dat: {{lines: 1}}}}",
            f"files: {{data/rescue/steady-{TIME}.dat.lock: {{lines: 1}}}}",
            "files: {data/out_dat/steady.dat: {text: x}}",
            "files: {data/in_dat/gen.dat: {text: x}}",
            "source: {lines: 5, rules: {/steady: 1}}",
        ],
    )
    def test_lines_come_by_more_than_one_way(self, load, given):
        assert load(f"{GROUPS}given: {{{given}}}\nthen: {{sinks: {{steady: {{lines: '> 0'}}}}}}\n")

    def test_a_file_that_a_step_writes_is_one_of_them(self, load):
        write = f"when: [{{write: {{data/rescue/access_log-{TIME}.dat: {{lines: 1}}}}}}, {{run: wprescue work}}]\n"

        assert load(f"{ONE}{write}then: {{sinks: {{access_log: {{lines: 1}}}}}}\n")

    @pytest.mark.parametrize(
        ("when", "why"),
        [
            ("{run: wprescue work}", "no step runs wparse, and there is no rescue file of it"),
            ("{run: wparse batch}", "there is no input, and there is no rescue file of it"),
        ],
    )
    def test_a_scenario_without_any_lines_is_told_so(self, mistakes, when, why):
        (told,) = mistakes(f"{ONE}when: [{when}]\nthen: {{sinks: {{access_log: {{lines: 10}}}}}}\n")

        assert told.message == f"no line can come to 'access_log': {why}"

    def test_input_may_be_generated_and_figures_come_by_themselves(self, load):
        when = "when: [{run: wpgen sample -n 10}, {run: wparse batch}]\n"

        assert load(f"{ONE}{when}then: {{sinks: {{access_log: {{lines: 10}}, monitor_sink: {{lines: '> 0'}}}}}}\n")


class TestStrayFiles:
    @pytest.mark.parametrize(
        ("path", "message", "help_"),
        [
            (
                f"data/rescued/access_log-{TIME}.dat",
                "no rescue file: those are in data/rescue",
                "data/rescue/access_log",
            ),
            (
                f"rescue/access_log-{TIME}.dat.lock",
                "no rescue file: those are in data/rescue",
                "data/rescue/access_log",
            ),
            ("data/rescue/access_log.dat", "is not the name of a rescue file", "a name is like SINK-"),
            (
                "data/rescue/access_log-2025-10-04_25:59:24.dat",
                "is not the name of a rescue file",
                "a name is like",
            ),
            (f"data/rescue/access_log-{TIME}.txt", "is not the name of a rescue file", "a name is like"),
            (f"data/rescue/acess_log-{TIME}.dat", "there is no sink 'acess_log'", "did you mean 'access_log'?"),
        ],
    )
    def test_what_only_looks_like_a_rescue_file_is_warned_of(self, warnings, path, message, help_):
        (told,) = warnings(f"{ONE}given: {{files: {{'{path}': {{lines: 5}}}}}}\n{WORK}")

        assert (told.code, told.severity) == (Code.STRAY, "warning")
        assert message in told.message
        assert help_ in told.help
        assert told.source_line[told.column :].startswith(path)

    def test_one_that_a_step_writes_is_too(self, warnings):
        write = f"when: [{{write: {{data/rescue/x-{TIME}.dat: {{lines: 1}}}}}}, {{run: wprescue work}}]\n"

        assert codes(warnings(ONE + write)) == [Code.STRAY]

    @pytest.mark.parametrize(
        "then",
        [
            "{exit: {wprescue: 3}}",
            "{allow: {stuck: 5}}",
            "{rescue: {dat: 1}}",
            "{must_happen: recovery.file_skipped}",
            "{log: {wprescue: ['no sink agent for ghost, *']}}",
            "{ledger: {rescued: 5}}",
        ],
    )
    def test_a_scenario_that_says_what_becomes_of_it_means_it(self, warnings, then):
        files = f"given: {{files: {{data/rescue/ghost-{TIME}.dat: {{lines: 5}}}}}}\n"

        assert warnings(f"{ONE}{files}{WORK}then: {then}\n") == []

    @pytest.mark.parametrize(
        "path",
        ["data/rescue/recover.lock", "data/rescue/junk.txt", "notes.dat", f"data/rescue/miss_sink-{TIME}-3.dat"],
    )
    def test_other_files_are_what_they_are(self, warnings, path):
        assert Code.STRAY not in codes(warnings(f"{ONE}given: {{files: {{{path}: {{text: x}}}}}}\n{WORK}"))


class TestOutages:
    SINK = "scenario: s\nproject: {sinks: {a: {type: test_rescue, phases: [%s]}}}\n"
    RUN = "given: {source: {lines: %s, rate: 100/s}}\nwhen: [{start: wparse daemon}, {wait: idle}]\n"

    def test_one_that_comes_after_the_input_is_warned_of(self, warnings):
        text = self.SINK % "up 2s, down 2s" + self.RUN

        assert warnings(text % 500) == []
        (told,) = warnings(text % 150)
        assert told.message == "a is first down after 2s, and the input is read by 1.5s"
        assert (told.code, told.source_line[told.column - 1 :][:6]) == (Code.NEVER_DOWN, "phases")

    def test_a_sink_that_is_never_down_is_warned_of(self, warnings):
        (told,) = warnings(self.SINK % "up 2s" + self.RUN % 500)

        assert told.message == "a is never down"

    def test_a_variant_without_an_outage_is_there_for_comparison(self, warnings):
        text = self.SINK % "up 1s, down 1s" + "matrix: {n: [%s]}\n" + self.RUN % "'${{ matrix.n }}'"

        assert warnings(text % "90, 200") == []
        (told,) = warnings(text % "80, 90")
        assert told.message == "a is first down after 1s, and the input is read by 800ms"
        assert told.help.endswith("(in the variant n=80)")

    @pytest.mark.parametrize(
        "step", ["{disk: {data/in_dat: {size: 1kB}}}", "{fault: {on: '**', fail: read, slow: 1s}}"]
    )
    def test_trouble_may_make_it_come_in_time(self, warnings, step):
        assert (
            warnings((self.SINK % "up 2s, down 2s" + self.RUN % 150).replace("when: [", f"when: [{step}, ")) == []
        )

    def test_so_may_exploring_it(self, warnings):
        assert warnings(self.SINK % "up 2s, down 2s" + self.RUN % 150 + "explore: {swarm: true}\n") == []


class TestRecoveriesOfNothing:
    def test_one_without_anything_to_replay_is_warned_of(self, warnings):
        (told,) = warnings(f"{ONE}when: [{{run: wparse batch}}, {{run: wprescue work}}]\n")

        assert told.code is Code.NOTHING_TO_REPLAY
        assert told.source_line[told.column - 1 :][: told.length] == "wprescue work"

    @pytest.mark.parametrize(
        "text",
        [
            f"given: {{files: {{data/rescue/access_log-{TIME}.dat: {{lines: 5}}}}}}\n{WORK}",
            "when: [{chmod: {data/out_dat: '0500'}}, {run: wparse batch}, {run: wprescue work}]\n",
            "when: [{run: wparse batch}]\n",
        ],
    )
    def test_nothing_is_said_where_there_may_be_something(self, warnings, text):
        assert warnings(ONE + text) == []

    DATABASE = """\
scenario: s
project: {servers: {db: {engine: innodb%s}}, sinks: {a: {type: sql, server: db}}}
given: {source: {lines: 9}}
when: [%s{run: wparse batch}, {run: wprescue work}]
"""

    @pytest.mark.parametrize(
        ("settings", "steps"),
        [
            ("", "{at: 1s, kill: db}, "),
            ("", "{at: 1s, signal: {db: TERM}}, "),
            ("", "{at: 1s, signal: {db: STOP}}, "),
            ("", "{at: 1s, pause: db}, "),
            ("", "{at: 1s, restart: db}, "),
            ("", "{fail_requests: {server: db, late: 1s}}, "),
            (", latency: 11s", ""),
            (", tables: {a: {line: {type: int32}}}", ""),
        ],
    )
    def test_a_database_server_may_fail(self, warnings, settings, steps):
        assert warnings(self.DATABASE % (settings, steps)) == []

    def test_one_whose_program_is_killed_takes_its_rows_all_the_same(self, warnings):
        steps = "{start: wparse daemon}, {at: 1s, kill: wparse}, "
        told = warnings(self.DATABASE % ("", steps))[-1]

        assert told.code is Code.NOTHING_TO_REPLAY
        assert told.help.startswith("let requests fail (fail_requests: {server: db, at: answer_lost}), or give")

    def test_a_python_sink_may_fail_by_itself(self, warnings, tmp_path):
        code = "class Own:\n    def __init__(self, path: str): ...\n    def write(self, lines): raise OSError\n"
        (tmp_path / "conftest.py").write_text(f"import wptest\n\n@wptest.sink\n{code}")
        text = "scenario: s\nproject: {sinks: {a: {own: {}}}}\ngiven: {source: {lines: 5}}\n"

        assert warnings(f"{text}when: [{{run: wparse batch}}, {{run: wprescue work}}]\n") == []

    def test_a_stray_file_says_it_already(self, warnings):
        files = f"given: {{files: {{data/rescued/access_log-{TIME}.dat: {{lines: 5}}}}}}\n"

        assert codes(warnings(ONE + files + WORK)) == [Code.STRAY]
