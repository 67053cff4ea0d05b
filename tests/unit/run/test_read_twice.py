"""An input that a wparse reads once more since it is started again (D36): doubled, and off course no breach."""

from __future__ import annotations

import json

import pytest
from scenario_bench import scenario

from engine.behaviour import Behaviour
from wptest.explore.failing_operations import explore_errors
from wptest.run.running import run_variant
from wptest.run.world import RunOptions, World
from wptest.words.explore import ErrorExplore

TARGET = "data/out_dat/a.dat"
INPUT = "{source: {lines: 50, rate: 100/s, equal: every 5th}}"
AGAIN = "  - run: wparse batch\n  - run: wparse batch\n"
KILLED = "  - start: wparse daemon\n  - at: 300ms\n    kill: wparse\n  - run: wparse batch\n"
OUTAGE = "{sinks: {a: {type: test_rescue, phases: [up 200ms, down 5s]}}}"


def failures(result):
    return [each for each in result.findings if each.outcome.value == "failed"]


def test_it_is_told_as_doubled_and_why(play):
    (found,) = failures(play(scenario(AGAIN, "{}", INPUT)))
    assert (found.name, found.message) == ("no_duplicate", f"{TARGET} has 50 lines more than once")
    assert "reads its input from the start (D36)" in found.help


@pytest.mark.parametrize("steps", [AGAIN, KILLED, AGAIN + AGAIN, KILLED + KILLED.replace("at:", "after:")])
@pytest.mark.parametrize("sinks", ["{sinks: {a: {}}}", OUTAGE])
def test_off_the_scenario_s_own_course_nobody_is_to_blame(play_off_course, steps, sinks):
    assert told_breaches(play_off_course(scenario(steps + "  - run: wprescue work\n", "{}", INPUT, sinks))) == []


def test_what_is_doubled_otherwise_is_told_there_as_well(play_off_course):
    killed = "  - start: wprescue work\n  - upon: {sink: a, lines: 140}\n    kill: wprescue\n"
    given = f"{INPUT[:-1]}, files: {{data/rescue/a-2025-10-04_01:59:24.dat: {{lines: 90}}}}}}"
    text = scenario(AGAIN + killed + "  - run: wprescue work\n", "{}", given, "{speed_limit: 100, sinks: {a: {}}}")
    (found,) = failures(play_off_course(text, resume="from_start"))
    assert (found.name, found.message) == ("no_duplicate", f"{TARGET} has 40 lines more than once")


def test_a_wparse_that_keeps_its_position_may_read_again_what_it_has_read_behind_that(play_off_course):
    """When it was killed, or what it keeps can't be read."""
    given = INPUT.replace("lines: 50", "lines: 300, keep_position: true")
    killed = "  - start: wparse daemon\n  - at: 2500ms\n    kill: wparse\n  - run: wparse batch\n"
    assert told_breaches(play_off_course(scenario(killed, "{}", given))) == []
    fault = "  - fault: {on: .run/wparse.position, fail: read, errno: EIO}\n"
    assert told_breaches(play_off_course(scenario(fault + killed, "{}", given))) == []


@pytest.mark.parametrize("again", ["", "  - start: wparse daemon\n  - wait: 3s\n"])
def test_what_a_killed_one_had_of_an_input_that_is_renamed_is_read_from_there(play, again):
    """Whether anybody reads again, or a new input comes, or neither."""
    given = INPUT.replace("lines: 50", "lines: 50, keep_position: true")
    killed = (
        f"  - start: wparse daemon\n  - upon: {{operation: open, on: {TARGET}}}\n    kill: wparse\n"
        f"  - rename: {{data/in_dat/gen.dat: data/in_dat/gen.dat.1}}\n{again}"
    )
    assert failures(play(scenario(killed, "{allow: {lost: in_memory}}", given))) == []


def test_on_its_own_course_it_reads_nothing_twice(play):
    given = INPUT.replace("lines: 50", "lines: 50, keep_position: true")
    assert told_breaches(play(scenario(AGAIN, "{}", given))) == []
    broken = play(scenario(AGAIN, "{}", given), behaviour=Behaviour(source_position="from_start"))
    assert told_breaches(broken) == ["no_duplicate"]
    assert "(D36)" in next(each.help for each in failures(broken) if each.name == "no_duplicate")


def test_only_where_a_position_is_kept_a_kill_is_to_blame(play):
    given = INPUT.replace("lines: 50", "lines: 300, keep_position: true")
    killed = "  - start: wparse daemon\n  - at: 2500ms\n    kill: wparse\n  - run: wparse batch\n"
    helps = {
        position: [each.help for each in failures(play(scenario(killed, "{}", given), behaviour=behaviour))]
        for position, behaviour in {
            "kept": Behaviour(),
            "from_start": Behaviour(source_position="from_start"),
        }.items()
    }
    assert any("wparse was killed" in each for each in helps["kept"])
    assert not any("wparse was killed" in each for each in helps["from_start"])


class TestUnderChangedRules:
    """A generator that fails leaves the input of before, and what was read for one sink is read for another."""

    GROUP = '[sink_group]\nname = "{0}"\nrule = "/{1}*"\n[[sink_group.sinks]]\nname = "{0}"\ntype = "file"\n'
    PARAMS = 'params = { base = "data/out_dat", file = "{0}.dat" }\n'
    STEPS = (
        "  - run: wpgen sample -n 20\n  - run: wparse batch\n"
        "  - rename: {sink/business.d/web.toml: sink/business.d/web.old}\n"
        "  - write: {sink/business.d/all.toml: {text: NEW}}\n"
        "  - run: wpgen sample -n 30\n  - run: wparse batch\n"
    )

    def group(self, name, rule):
        return self.GROUP.format(name, rule) + self.PARAMS.replace("{0}", name)

    @pytest.fixture
    def variant(self, tmp_path, variant_of):
        root = tmp_path / "p"
        for path, text in {
            "conf/wparse.toml": 'rescue_root = "data/rescue"\nspeed_limit = 1000\nrobust = "normal"\n',
            "sink/business.d/web.toml": self.group("web", "web"),
            "models/wpl/web/sample.dat": "a line of the web\n",
        }.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return variant_of(scenario(self.STEPS.replace("NEW", json.dumps(self.group("all", "w"))), "{}", "{}", "p"))

    def test_is_no_invention(self, variant):
        report = explore_errors(variant, ErrorExplore(during="wpgen", occur=("once",)), RunOptions())
        assert report.run > 5
        assert [breach.findings for breach in report.breaches] == []


def told_breaches(result):
    return [each.name for each in failures(result)]


@pytest.fixture
def play_off_course(variant_of):
    def run(text, **behaviour):
        return run_variant(variant_of(text), RunOptions(behaviour=Behaviour(**behaviour)), World.go_off_course)

    return run
