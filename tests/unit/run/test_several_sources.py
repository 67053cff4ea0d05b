"""A project with several file sources: all that are enabled are read, and each has books of its own."""

from __future__ import annotations

import pytest
from project_tree import write

from engine.behaviour.profile import behaviour_of
from wptest.words.failures import Failure
from wptest.words.finding import Outcome

PROJECT = {
    "conf/wparse.toml": "[performance]\nparse_workers = 1\n",
    "conf/wpsrc.toml": (
        '[[sources]]\nkey = "one"\ntype = "file"\npath = "data/in_dat/one.dat"\n'
        '[[sources]]\nkey = "off"\ntype = "file"\npath = "data/in_dat/off.dat"\nenable = false\n'
        '[[sources]]\nkey = "two"\ntype = "file"\npath = "data/in_dat/two.dat"\n'
    ),
    "sink/business.d/web.toml": (
        '[sink_group]\nrule = "/web*"\n[[sink_group.sinks]]\nname = "out"\ntype = "file"\n'
    ),
    "models/wpl/web/sample.dat": "GET /\n",
}
GIVEN = """\
given:
  source: {lines: 300, rate: 1000/s, patterns: {/web: "*"}}
  files: {data/in_dat/two.dat: {text: "a\\nb\\nc\\n"}}
"""
SCENARIO = "scenario: s\nproject: project\n"
KEPT = "keep_position: true"


@pytest.fixture
def run(tmp_path, play):
    write(tmp_path / "project", PROJECT)
    return lambda text, given=GIVEN, **options: play(f"{SCENARIO}{given}{text}", **options)


def read(result):
    """Which lines were accepted last, by input."""
    return {
        event.fields["path"]: event.fields["total"] for event in result.events if event.kind == "source.accepted"
    }


@pytest.mark.parametrize("behaviour", ["reference", "wp-motor-1.17"])
def test_all_that_are_enabled_are_read(run, behaviour):
    result = run(
        "when: [{run: wparse batch}]\nthen: {ledger: {accepted: 303}, sinks: {out: {lines: 303}}}\n",
        behaviour=behaviour_of([behaviour]),
    )
    assert (result.outcome, result.findings) == (Outcome.PASSED, ())
    assert read(result) == {"data/in_dat/one.dat": 300, "data/in_dat/two.dat": 3}


def test_a_daemon_has_nothing_to_do_when_all_of_them_are_read(run):
    result = run(
        'when:\n  - start: wparse daemon\n  - wait: idle\n  - append: {data/in_dat/two.dat: {text: "d\\n"}}\n'
        "  - wait: idle\nthen: {ledger: {accepted: 304}}\n"
    )
    assert (result.outcome, result.findings) == (Outcome.PASSED, ())


def test_what_nobody_reads_of_the_second_one_is_told(run):
    result = run(
        "when:\n  - start: wparse daemon\n  - wait: idle\n  - remove: data/in_dat/two.dat\n"
        '  - write: {data/in_dat/two.dat: {text: "x\\ny\\n"}}\n  - wait: idle\n',
        behaviour=behaviour_of(["replaced_input=old_file_followed"]),
    )
    assert [finding.code for finding in result.findings] == [Failure.NO_STARVATION]
    assert result.findings[0].message.startswith("2 lines of data/in_dat/two.dat never read")


def test_both_are_doubled_when_they_are_read_again(run):
    result = run("when: [{run: wparse batch}, {run: wparse batch}]\n")
    (doubled,) = (finding for finding in result.findings if finding.code is Failure.NO_DUPLICATE)
    assert doubled.message == "data/out_dat/out.dat has 303 lines more than once"


def test_a_second_one_is_read_again_where_the_position_of_the_first_is_kept(run):
    result = run(
        "when: [{run: wparse batch}, {run: wparse batch}]\n", given=GIVEN.replace("rate:", f"{KEPT}, rate:")
    )
    (doubled,) = (finding for finding in result.findings if finding.code is Failure.NO_DUPLICATE)
    assert doubled.message == "data/out_dat/out.dat has 3 lines more than once"


@pytest.mark.parametrize(("behaviour", "code"), [("reference", 2), ("wp-motor-1.17", 100)])
def test_one_that_is_not_there_ends_a_batch(run, behaviour, code):
    steps = "when:\n  - remove: data/in_dat/two.dat\n  - run: wparse batch\n"
    result = run(f"{steps}then: {{exit: {{wparse: {code}}}}}\n", behaviour=behaviour_of([behaviour]))
    assert not [finding for finding in result.findings if finding.code is Failure.EXIT]


def test_a_count_of_lines_bounds_each_of_them(run):
    result = run("when: [{run: wparse batch -n 2}]\nthen: {ledger: {accepted: 4}}\n")
    assert not [finding for finding in result.findings if finding.code is Failure.LEDGER]


def test_a_wait_for_one_that_is_not_there_says_so(run):
    given = "given: {source: {lines: 3}}\n"
    result = run("when:\n  - start: wparse daemon\n  - wait: idle\n", given=given)
    assert [finding.code for finding in result.findings] == [Failure.STUCK]
    assert result.findings[0].evidence == ("wparse waits for its input data/in_dat/two.dat, which is not there",)
