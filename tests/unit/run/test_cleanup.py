"""Cleanup steps: always, the last one first, after `then`, and a failure of theirs is told apart."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

from wptest.words.failures import Failure

RESCUED = "{files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 100}}}"
NONE = "{ledger: {issued: 0}}"
NO_INPUT = "  - run: wparse batch\n  - check: {exit: {wparse: 2}}"
NOTES = "{files: {notes/one: {text: x}, notes/two: {text: x}}}"


def cleaned(result):
    """The numbers of the cleanup steps that were taken, in order."""
    return [event.fields["number"] for event in result.events if event.kind == "cleanup"]


def found(result):
    return [(finding.outcome.value, finding.code, finding.name) for finding in result.findings]


def with_cleanup(text, *steps):
    return text + "cleanup:\n" + "".join(f"  - {step}\n" for step in steps)


def test_the_last_one_comes_first(play):
    text = with_cleanup(scenario("  - wait: 1s", NONE, NOTES), "remove: notes/one", "wait: 1s", "remove: notes/two")
    result = play(text)
    assert (result.outcome.value, cleaned(result)) == ("passed", [3, 2, 1])


def test_the_steps_of_one_use_keep_their_order(play):
    text = scenario("  - start: wprescue daemon\n  - wait: 1s", NONE)
    text += "steps: {stop: {do: [{signal: {wprescue: TERM}}, {wait: {exit: wprescue}}]}}\n"
    result = play(with_cleanup(text, "heal: true", "use: stop", "use: stop"))
    assert (result.outcome.value, cleaned(result)) == ("passed", [4, 5, 2, 3, 1])


def test_then_is_judged_before_and_the_invariants_after(play):
    text = scenario("  - wait: 1s", "{rescue: {dat: 1}}", RESCUED)
    result = play(with_cleanup(text, "remove: data/rescue/a-2025-10-04_01:59:24.dat"))
    assert found(result) == [("failed", Failure.NO_LOSS, "no_loss")]


@pytest.mark.parametrize(
    ("steps", "limit", "code"),
    [
        ("  - start: wparse daemon\n  - wait: {exit: wparse}", "", Failure.STUCK),
        (
            "  - start: wparse daemon\n  - upon: {event: sink.failed}\n    kill: wparse",
            "",
            Failure.NEVER_TRIGGERED,
        ),
        (f"  - start: wprescue daemon\n  - wait: 2h\n{NO_INPUT}", "limit: 3h\n", None),
        ("  - wait: 1s\n  - run: wprescue daemon", "limit: 5s\n", Failure.LIMIT),
    ],
)
def test_it_comes_whatever_became_of_the_steps_and_has_no_limit(play, steps, limit, code):
    result = play(with_cleanup(scenario(steps, NONE) + limit, "heal: true", "wait: 10h"))
    assert cleaned(result) == [2, 1]
    assert [finding.code for finding in result.findings] == ([code] if code else [])


def test_a_program_that_has_ended_or_was_never_started_needs_nothing(play):
    steps = "  - run: wprescue work\n  - run: wprescue daemon\n  - start: wparse daemon\n  - wait: 1s"
    text = scenario(steps, NONE) + "limit: 5s\n"
    result = play(with_cleanup(text, "wait: {exit: wparse}", "kill: wparse", "signal: {wprescue: TERM}"))
    assert [finding.code for finding in result.findings] == [Failure.LIMIT]
    assert cleaned(result) == [3, 2, 1]


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("remove: nothing", "cleanup step 2, remove: No such file or directory (nothing)"),
        ("run: wprescue work", "cleanup step 2, run: wprescue exited with 3, expected 0"),
        (
            "wait: {exit: wparse}",
            "cleanup step 2, wait: nothing has moved for 1h (wparse still running)",
        ),
    ],
)
def test_a_step_that_fails_makes_the_run_unclean_and_the_others_come_all_the_same(play, step, why):
    given = "{files: {data/rescue/nobody-2025-10-04_01:59:24.dat: {lines: 1}}}"
    text = scenario("  - start: wparse daemon\n  - wait: 1s", "{ledger: {rescued: 1}}", given)
    result = play(with_cleanup(text, "heal: true", step, "heal: true"))
    assert result.outcome.value == "unclean"
    assert [(each.code, each.name, each.message) for each in result.findings] == [
        (Failure.CLEANUP, "cleanup.1", why)
    ]
    assert cleaned(result) == [3, 2, 1]


def test_failed_is_worse_than_unclean(play):
    text = scenario("  - wait: 1s", "{sinks: {a: {lines: 1}}, rescue: {dat: 1}}", RESCUED)
    result = play(with_cleanup(text, "remove: nothing"))
    assert result.outcome.value == "failed"
    assert [finding.outcome.value for finding in result.findings] == ["failed", "unclean"]


def test_faults_stay_in_force_until_a_cleanup_heals_them(play):
    steps = "  - fault: {on: 'data/out_dat/**', fail: [open, append], errno: EROFS}\n  - start: wprescue daemon"
    text = scenario(f"{steps}\n  - wait: 1s", "{must_happen: storage.EROFS}", RESCUED)
    healed = play(with_cleanup(text, "wait: idle", "heal: true"))
    assert healed.outcome.value == "passed"
    stuck = play(with_cleanup(text, "wait: idle"))
    assert found(stuck) == [("unclean", Failure.CLEANUP, "cleanup.0")]


def test_a_run_without_cleanup_has_the_same_trace_as_one_that_never_heard_of_it(play):
    text = scenario("  - run: wprescue work", given=RESCUED)
    assert play(text).trace_hash == play(text + "cleanup: []\n").trace_hash
