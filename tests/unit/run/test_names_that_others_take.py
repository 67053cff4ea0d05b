"""Files whose names others take, or that are moved away and brought back, while programs have them open."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
TARGET, INPUT = "data/out_dat/a.dat", "data/in_dat/gen.dat"
PROJECT = "{speed_limit: 50, sinks: {a: {}}}"
START, END, WORK = "  - start: wprescue work\n", "  - wait: {exit: wprescue}\n", "  - run: wprescue work\n"
ANOTHER = f'  - write: {{{FILE}: {{text: "new\\nnewer\\n"}}}}\n'
STOPS = ["", "  - at: 450ms\n    signal: {wprescue: TERM}\n", "  - at: 450ms\n    kill: wprescue\n"]
EQUAL = ["", ", equal: every 3rd", ", equal: all"]


def given(equal="", lines=30):
    return f"{{files: {{{FILE}: {{lines: {lines}{equal}}}}}}}"


def failures(result):
    return [(each.name, each.message) for each in result.findings if each.outcome.value == "failed"]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("moment", ["150ms", "350ms"])
@pytest.mark.parametrize("equal", EQUAL)
class TestARescueFileWhoseNameAnotherTakes:
    def test_is_removed_and_the_other_is_sent(self, play, equal, moment, stop):
        steps = START + f"  - at: {moment}\n    remove: '{FILE}'\n" + ANOTHER + stop + END + WORK
        result = play(scenario(steps, "{allow: {lost: in_memory}}", given(equal), PROJECT))
        assert failures(result) == []

    @pytest.mark.parametrize("later", ["25.dat", "23.dat"])
    def test_is_gone_on_with_under_its_new_one(self, play, equal, moment, stop, later):
        new = FILE.replace("24.dat", later)
        steps = START + f"  - at: {moment}\n    rename: {{{FILE}: {new}}}\n" + ANOTHER + stop + END + WORK
        result = play(scenario(steps, "{sinks: {a: {lines: 32}}}", given(equal), PROJECT))
        assert failures(result) == []


@pytest.mark.parametrize("equal", EQUAL)
@pytest.mark.parametrize("away", ["data/kept.dat", "data/out_dat/a.dat.old"])
def test_a_target_that_is_moved_away_and_brought_back_has_its_lines_once(play, equal, away):
    both = f"{{source: {{lines: 30, rate: 40/s{equal}}}, {given(equal)[1:]}"
    steps = START + f"  - start: wparse daemon\n  - at: 230ms\n    rename: {{{TARGET}: {away}}}\n"
    steps += f"  - at: 420ms\n    rename: {{{away}: {TARGET}}}\n" + END + "  - wait: idle\n"
    assert failures(play(scenario(steps, "{sinks: {a: {lines: 60}}}", both, PROJECT))) == []


@pytest.mark.parametrize("equal", EQUAL)
@pytest.mark.parametrize("size", [0, 100, 192, 366])
@pytest.mark.parametrize("keeps", ["", ", keep_position: true"])
def test_an_input_that_is_cut_while_it_is_read_has_the_lines_that_were_read_ahead(play, equal, size, keeps):
    """It is read from its start when these are done with: the first ones come twice."""
    steps = f"  - start: wparse daemon\n  - at: 90ms\n    truncate: {{{INPUT}: {size}}}\n  - wait: idle\n"
    source = f"{{source: {{lines: 40, rate: 40/s{equal}{keeps}}}}}"
    result = play(scenario(steps, "{ledger: {accepted: '> 39'}, allow: {duplicates: '<= 8'}}", source))
    assert failures(result) == []
