"""Why a fault never bit: what there was instead, and one thing to do."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

from wptest.scenario.proof.reach import Reach

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
RESCUED = f"{{files: {{'{FILE}': {{lines: 20}}}}}}"
WORK = "  - run: wprescue work"


@pytest.fixture(autouse=True)
def _where_any_path_may_be_used(monkeypatch):
    """As with a python sink, which opens what it likes: else some of this is a mistake, known before the run."""
    monkeypatch.setattr(Reach, "is_known", False)


def never_bit(play, steps, given=RESCUED):
    result = play(scenario(steps, "{}", given))
    (found,) = (each for each in result.findings if each.code == "WPT-R062")
    return found


@pytest.mark.parametrize(
    ("fault", "evidence", "help_"),
    [
        (
            "{on: data/rescue, fail: write, errno: EIO}",
            [
                "data/rescue is a directory, and without '/**' it is nothing but the directory itself",
                "there was, on data/rescue/recover.lock.tmp: write (1)",
            ],
            'write on: "data/rescue/**" for what is in it',
        ),
        (
            "{on: data/out_dat/, fail: [write, open], errno: EIO}",
            [
                "data/out_dat is a directory",
                "there was, on data/out_dat/a.dat: open (1), write (1)",
            ],
            'write on: "data/out_dat/**" for what is in it',
        ),
        (
            '{on: "*.dat", fail: write, errno: EIO}',
            ["'*.dat' is for files at the top: '*' stays within one part of a path", "there was, on data/out_dat"],
            'write on: "**/*.dat" for such files anywhere',
        ),
        (
            "{on: data/out_dat/b.dat, fail: fsync, errno: EIO}",
            [
                "there was, on data/out_dat/a.dat: fsync (2)",
                "there was, on data/rescue/recover.lock.tmp: fsync (1)",
            ],
            "let 'on' match one of these paths",
        ),
        (
            "{on: data/out_dat/a.dat, fail: rename, errno: EIO}",
            ["no rename on such a file", "there was, on data/out_dat/a.dat: open (1), fsync (2), write (1)"],
            "let one of these operations fail",
        ),
        (
            '{on: "data/**", fail: truncate, errno: EIO}',
            ["no truncate on such a file", "there was, on data/rescue"],
            "let one of these operations fail",
        ),
        (
            "{on: elsewhere.dat, fail: truncate, errno: EIO}",
            ["no program did any truncate"],
            "let another operation fail",
        ),
        (
            "{on: data/out_dat/a.dat, fail: write, errno: EIO, nth: 9}",
            ["matching operations since then: 1, and the first to fail is number 9"],
            "give it a smaller 'nth'",
        ),
        (
            "{on: data/out_dat/a.dat, fail: write, short: 100000}",
            ["writes that it met: 1, and none had more than 100000 bytes"],
            "give it a smaller 'short'",
        ),
    ],
)
def test_it_says_what_there_was_and_what_to_write(play, fault, evidence, help_):
    found = never_bit(play, f"  - fault: {fault}\n{WORK}")
    for expected in evidence:
        assert any(line.startswith(expected) for line in found.evidence), found.evidence
    assert found.help == help_


def test_a_fault_that_came_after_everything(play):
    found = never_bit(play, f"{WORK}\n  - fault: {{on: data/out_dat/a.dat, fail: write, errno: EIO}}")
    assert found.evidence == (
        "such operations: 1, the last at 0s: write data/out_dat/a.dat",
        "the fault was there from 0s on",
    )
    assert found.help == "let it begin before these operations, or have something done after it"


def test_a_fault_that_was_over_before(play):
    steps = f"  - fault: {{on: data/out_dat/a.dat, fail: write, errno: EIO, for: 1s}}\n  - wait: 2s\n{WORK}"
    found = never_bit(play, steps)
    assert found.evidence[-1] == "the fault was there from 0s to 1s"
    assert found.help.startswith("give it another time")


def test_a_fault_in_a_run_that_does_nothing(play):
    found = never_bit(play, "  - fault: {on: data/out_dat/a.dat, fail: write, errno: EIO}\n  - wait: 1s")
    assert (found.evidence, found.help) == (("no program did anything to a file",), "start a program after it")


def test_a_fault_beside_the_timeline_is_told_the_same(play):
    text = scenario(WORK, "{}", RESCUED)
    text += "\nmeanwhile: [{upon: {event: recovery.began}, fault: {on: data/rescue, fail: write, errno: EIO}}]\n"
    (found,) = play(text).findings
    assert (found.name, found.help) == ("meanwhile.0", 'write on: "data/rescue/**" for what is in it')


class TestOutages:
    """A sink that is to be down for a while, and nobody wants to write to it then."""

    DAEMON = "  - start: wparse daemon\n  - wait: idle\n  - signal: {wparse: TERM}\n  - wait: {exit: wparse}\n"
    UP_AND_DOWN = "{sinks: {a: {type: test_rescue, phases: [up 2s, down 1s]}, b: {}}}"

    @pytest.mark.parametrize(
        ("project", "given", "name", "evidence"),
        [
            (
                UP_AND_DOWN,
                "{source: {lines: 100, rate: 100/s}}",
                "project.sinks.a.phases",
                "a: up 2s, down 1s",
            ),
            (UP_AND_DOWN, "{source: {lines: 100}}", "project.sinks.a.phases", "lines came to it at 0s"),
            (
                "{sinks: {a: {type: test_rescue}}}",
                "{source: {lines: 100}}",
                "project.sinks.a.phases",
                "a: up 2s, down 2s",
            ),
            (
                "{sinks: {a: {type: test_rescue}}}",
                "{source: {lines: 100, rate: 100/s}, phases: {a: [up 1h, down 1s]}}",
                "given.phases.a",
                "lines came to it from 0s to 900ms",
            ),
            (
                "{groups: {g: {rule: '*', sinks: {a: {type: test_rescue, phases: [up 5s, down 1s]}}}}}",
                "{source: {lines: 100}}",
                "project.groups.g.sinks.a.phases",
                "a: up 5s, down 1s",
            ),
        ],
    )
    def test_one_that_nobody_noticed_proves_nothing(self, play, project, given, name, evidence):
        result = play(scenario(self.DAEMON + WORK, "{}", given, project))
        (found,) = result.findings
        assert (result.outcome.value, found.code, found.name) == ("unverified", "WPT-R062", name)
        assert found.message == "the outage of a never bit: nothing was to be written while it was down"
        assert any(line.startswith(evidence) for line in found.evidence), found.evidence
        assert found.help

    def test_one_of_a_sink_that_gets_no_line_is_none(self, play):
        project = "{groups: {g: {rule: /x, sinks: {a: {type: test_rescue}}}, h: {rule: /y, sinks: {b: {}}}}}"
        given = "{source: {lines: 100, rules: {/y: 1}}}"
        (found,) = play(scenario(self.DAEMON, "{}", given, project)).findings
        assert found.evidence[-1] == "no line came to it"

    @pytest.mark.parametrize(
        ("steps", "given", "project"),
        [
            (DAEMON + WORK, "{source: {lines: 300, rate: 100/s}}", UP_AND_DOWN),
            (WORK, RESCUED, UP_AND_DOWN.replace("up 2s, ", "").replace("]", ", up 1h]")),
            (WORK, RESCUED, UP_AND_DOWN.replace(", down 1s", "")),
            ("  - run: wproj rescue stat", RESCUED, UP_AND_DOWN),
        ],
        ids=["live", "replay", "never down", "nothing writes"],
    )
    def test_there_is_nothing_to_say_of_others(self, play, steps, given, project):
        assert [
            each for each in play(scenario(steps, "{}", given, project)).findings if each.code == "WPT-R062"
        ] == []

    def test_a_project_directory_has_its_sinks_for_other_scenarios_too(self, monkeypatch, play):
        monkeypatch.setattr("wptest.run.proving.unnoticed_outages.InlineProject", int)
        text = scenario(self.DAEMON, "{}", "{source: {lines: 100}}", self.UP_AND_DOWN)
        assert play(text).findings == ()
        (found,) = play(text.replace("{lines: 100}", "{lines: 100}, phases: {a: [up 2s, down 2s]}")).findings
        assert found.code == "WPT-R062"
