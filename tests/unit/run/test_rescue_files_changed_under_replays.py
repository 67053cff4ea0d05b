"""A rescue file that somebody cuts or adds to while it is replayed, and targets that are added to behind a cut."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
TARGET = "data/out_dat/a.dat"
PROJECT = "{speed_limit: 50, sinks: {a: {}}}"
START, END = "  - start: wprescue work\n", "  - wait: {exit: wprescue}\n"
FULL = f"  - at: 50ms\n    fault: {{on: {TARGET}, fail: append, errno: ENOSPC, for: 2s}}\n"
ALLOWED = "{allow: {lost: in_memory}}"


def given(equal="", lines=30):
    return f"{{files: {{{FILE}: {{lines: {lines}{equal}}}}}}}"


def failures(result):
    return [(each.name, each.message) for each in result.findings if each.outcome.value == "failed"]


def warned(result, part):
    messages = (str(each.fields["message"]) for each in result.events if each.kind == "log")
    return any(part in each for each in messages)


@pytest.mark.parametrize("trouble", ["", FULL])
@pytest.mark.parametrize("moment", ["150ms", "350ms", "450ms", "1900ms"])
@pytest.mark.parametrize("equal", ["", ", equal: all"])
class TestWhatIsAddedWhileItIsReplayed:
    """Also when its end has been read, and its lines wait for the sink."""

    def test_is_sent(self, play, trouble, moment, equal):
        if moment == "1900ms" and not trouble:
            pytest.skip("it has gone by then")
        change = f'  - at: {moment}\n    append: {{{FILE}: {{text: "one more\\n"}}}}\n'
        result = play(scenario(START + trouble + change + END, "{sinks: {a: {lines: 31}}}", given(equal), PROJECT))
        assert failures(result) == []
        assert warned(result, "has grown since it was read") or moment != "1900ms"

    def test_is_sent_behind_a_cut_as_well(self, play, trouble, moment, equal):
        if moment == "1900ms" and not trouble:
            pytest.skip("it has gone by then")
        change = (
            f"  - at: {moment}\n    truncate: {{{FILE}: 96}}\n"
            f'  - append: {{{FILE}: {{text: "one more\\ntwo more\\n"}}}}\n'
        )
        result = play(scenario(START + trouble + change + END, ALLOWED, given(equal), PROJECT))
        assert failures(result) == []
        assert warned(result, "was cut while it was replayed")


@pytest.mark.parametrize("later", ["10ms", "300ms"])
@pytest.mark.parametrize("moment", ["150ms", "350ms"])
@pytest.mark.parametrize("equal", ["", ", equal: every 2nd", ", equal: all"])
def test_what_is_put_back_that_had_arrived_need_not_come_again(play, equal, moment, later):
    """Nobody can tell it from what was taken out."""
    steps = f"{START}  - at: {moment}\n    truncate: {{{FILE}: 96}}\n  - after: {later}\n"
    steps += f"    append: {{{FILE}: {{lines: 4{equal}}}}}\n{END}"
    assert failures(play(scenario(steps, ALLOWED, given(equal), PROJECT))) == []


@pytest.mark.parametrize("equal", ["", ", equal: all"])
def test_a_cut_alone_doubles_nothing(play, equal):
    steps = f"{START}  - at: 350ms\n    truncate: {{{FILE}: 96}}\n{END}"
    result = play(scenario(steps, ALLOWED, given(equal), PROJECT))
    assert failures(result) == []
    assert warned(result, "was cut while it was replayed")


@pytest.mark.parametrize("path", [TARGET, FILE])
@pytest.mark.parametrize("text", ['{text: "one\\ntwo\\n"}', "{lines: 3}", '{text: "no end"}'])
def test_what_is_added_behind_a_part_of_a_line_is_glued_to_it(play, path, text):
    """The two are one line that nobody sent and nobody is blamed for; what comes behind is owed."""
    files = f"{{files: {{{path}: {{lines: 10}}}}}}"
    steps = f"  - truncate: {{{path}: 100}}\n  - append: {{{path}: {text}}}\n  - run: wprescue work\n"
    assert [name for name, _ in failures(play(scenario(steps, ALLOWED, files)))] in ([], ["integrity"])


def test_a_last_line_without_an_end_goes_with_what_is_glued_to_it(play):
    files = f'{{files: {{{FILE}: {{text: "one\\ntwo"}}}}}}'
    steps = f'  - append: {{{FILE}: {{text: "three\\nfour\\n"}}}}\n  - run: wprescue work\n'
    assert failures(play(scenario(steps, ALLOWED, files))) == []
    lost = failures(play(scenario(steps, "{}", files)))
    assert lost == [("no_loss", f"1 of 3 lines for {TARGET} nowhere to be found")]


@pytest.mark.parametrize("equal", ["", ", equal: every 2nd", ", equal: all"])
@pytest.mark.parametrize("others", ["{lines: 3}", '{text: "x\\ny\\nz\\n"}', "{lines: 20}"])
@pytest.mark.parametrize("change", [f"append: {{{FILE}: {{lines: 2}}}}", f'append: {{{FILE}: {{text: "new\\n"}}}}'])
def test_what_others_add_behind_a_kill_stands_for_no_line_of_a_file_that_has_grown(play, equal, others, change):
    """It might be what edited lines were before: then they come once more, as nobody knows."""
    killed = f"{START}  - upon: {{sink: a, lines: 15}}\n    kill: wprescue\n"
    steps = f"{killed}  - {change}\n  - append: {{{TARGET}: {others}}}\n  - run: wprescue work\n"
    result = play(scenario(steps, '{allow: {lost: in_memory, duplicates: "<= 15"}}', given(equal, 20), PROJECT))
    assert failures(result) == []
