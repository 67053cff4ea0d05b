"""`files` in `then` and `check`: whether a file is there, and what is in it."""

from __future__ import annotations

import pytest
from scenario_bench import scenario, told

from wptest.text.scenario_source import InvalidScenario

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
NOTE = "data/rescue/README.txt"
EMPTY = "data/rescue/empty.txt"
LIKE_X = "expected a line like 'x'"
GIVEN = f'{{files: {{{FILE}: {{lines: 5}}, {EMPTY}: {{text: ""}}, {NOTE}: {{text: "keep\\nme"}}}}}}'
RECOVER = "  - run: wprescue work\n"


@pytest.mark.parametrize(
    "said",
    [
        f"{NOTE}: {{there: true, lines: 2}}",
        f'{NOTE}: {{content: "keep\\nme"}}',
        f"{FILE}: {{there: false}}",
        "data/out_dat/a.dat: {lines: '>= 5', content: {contains: '*line of*', never: keep}}",
        "data/out_dat: {there: true}",
    ],
)
def test_what_is_so_holds(play, said):
    assert told(play(scenario(RECOVER, f"{{files: {{{said}}}}}", GIVEN))) == []


@pytest.mark.parametrize(
    ("said", "place", "message"),
    [
        (f"{NOTE}: {{there: false}}", "there", f"{NOTE} is there"),
        (f"{FILE}: {{there: true}}", "there", f"{FILE} is not there"),
        (f"{FILE}: {{lines: 0}}", "", f"{FILE} is not there"),
        (f"{NOTE}: {{lines: 3}}", "lines", f"lines in {NOTE}: expected 3, got 2"),
        ("data/out_dat: {lines: 0}", "lines", "data/out_dat is a directory, which has no lines"),
        ("data/out_dat: {content: {contains: x}}", "content", "data/out_dat is a directory, which has no lines"),
        (
            f"{EMPTY}: {{content: {{contains: x}}}}",
            "content.contains.0",
            "expected a line like 'x', got none in 0 lines",
        ),
        (
            f"{EMPTY}: {{content: {{in_order: [x]}}}}",
            "content.in_order.0",
            "expected a line like 'x' next, got none: there is no such line",
        ),
        (f"{NOTE}: {{content: [keep]}}", "content.is", "line 2 is the first that differs; expected 1 lines, got 2"),
    ],
)
def test_what_is_otherwise_fails_at_its_place(play, said, place, message):
    ((outcome, name, found),) = told(play(scenario(RECOVER, f"{{files: {{{said}}}}}", GIVEN)))
    path = said.partition(": ")[0]
    assert (outcome, name, found) == ("failed", f"then.files.{path}{'.' if place else ''}{place}", message)


def test_a_check_looks_at_its_moment(play):
    before, after = (f"  - check: {{files: {{{FILE}: {said}}}}}\n" for said in ("{lines: 5}", "{there: false}"))
    assert told(play(scenario(f"{before}{RECOVER}{after}", given=GIVEN))) == []


@pytest.mark.parametrize("step", ["run: wproj data clean", "run: wproj rescue stat"])
def test_a_clean_up_takes_no_file_that_is_not_its(play, step):
    then = f"{{exit: {{wproj: 0}}, files: {{{NOTE}: {{there: true}}}}}}"
    found = told(play(scenario(f"  - {step}\n", then, GIVEN)))
    assert [name for outcome, name, _ in found if outcome == "failed"] == []


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (f"{NOTE}: {{}}", "nothing is said of this file"),
        (f"{NOTE}: {{there: false, lines: 0}}", "a file that is not there has no lines and no content"),
        ("/etc/passwd: {there: true}", "leaves the directory"),
    ],
)
def test_what_makes_no_sense_is_a_mistake(variant_of, said, message):
    with pytest.raises(InvalidScenario) as found:
        variant_of(scenario(RECOVER, f"{{files: {{{said}}}}}", GIVEN))
    assert message in found.value.diagnostics[0].message
