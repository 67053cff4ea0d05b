"""`nothing_stuck`: which lines stay behind for ever, what a scenario says of them, and what to do."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

from wptest.words.failures import Failure

DOWN = "{sinks: {a: {type: test_rescue, phases: [up 1s, down 60s]}}}"
INPUT = "{source: {lines: 500, rate: 100/s}}"
KILLED = "  - start: wparse daemon\n  - at: 4s\n    kill: wparse\n"
WORK = "  - run: wprescue work"
UNLOCK = "  - run: wproj rescue unlock"
UNLOCKING = "'- run: wproj rescue unlock' and '- run: wprescue work'"
QUARANTINE = "data/rescue/a-2025-10-04_01:59:24.quarantine"
MEANT = "if they are meant to stay, say so: then:"
LOCKED = "data/rescue/a-2025-10-04_01:59:21.dat.lock"
LOST = "lost: in_memory"
GONE = "{files: {data/rescue/access_lgo-2025-10-04_01:59:24.dat: {lines: 10}}}"
LOGS = "{sinks: {access_log: {}}}"
POISON = r'{files: {data/rescue/a-2025-10-04_01:59:24.dat: {bytes: "one\n\xff\n\xfe\n"}}}'


def stuck(result):
    """The outcome, and what the finding says if there is one."""
    found = [finding for finding in result.findings if finding.code is Failure.NOTHING_STUCK]
    return (result.outcome.value, *((each.message, each.evidence, each.help) for each in found))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(
            (KILLED + WORK, f"{{allow: {{{LOST}}}}}", INPUT, DOWN),
            (
                "300 lines stay behind for ever, and the scenario doesn't say so",
                f"{LOCKED}: 300 lines, and its writer is dead: recovery takes released files only",
                f"add {UNLOCKING}; {MEANT} {{ledger: {{stranded: 300}}}}",
            ),
            id="a dead writer's lock",
        ),
        pytest.param(
            (WORK, "{exit: {wprescue: 3}}", GONE, LOGS),
            (
                "10 lines stay behind for ever, and the scenario doesn't say so",
                "data/rescue/access_lgo-2025-10-04_01:59:24.dat: 10 lines, and there is no sink access_lgo",
                f"name the file after access_log, the nearest sink; {MEANT} {{ledger: {{rescued: 10}}}}",
            ),
            id="a sink that there is none of",
        ),
        pytest.param(
            (WORK, "{exit: {wprescue: 3}}", "{files: {data/rescue/a.dat: {lines: 1}}}", "{sinks: {a: {}}}"),
            (
                "1 line stays behind for ever, and the scenario doesn't say so",
                "data/rescue/a.dat: 1 line, and its name is none of a rescue file",
                f"call it SINK-YYYY-MM-DD_HH:MM:SS.dat; {MEANT} {{ledger: {{rescued: 1}}}}",
            ),
            id="a name without a time",
        ),
        pytest.param(
            ("  - run: wparse batch", "{}", INPUT, DOWN),
            (
                "400 lines stay behind for ever, and the scenario doesn't say so",
                "data/rescue/a-2025-10-04_01:59:21.dat: 400 lines, and no recovery was run",
                "add '- run: wprescue work'; if they are meant to stay, say so: then: {ledger: {rescued: 400}}",
            ),
            id="never recovered",
        ),
        pytest.param(
            (WORK, "{must_happen: line.quarantined}", POISON, "{sinks: {a: {}}}"),
            (
                "2 lines stay behind for ever, and the scenario doesn't say so",
                f"{QUARANTINE}: 2 lines, which are not text: nobody reads them again",
                "let the lines be text; if they are meant to stay, say so: then: {ledger: {quarantined: 2}}",
            ),
            id="no text",
        ),
        pytest.param(
            (
                "  - chmod: {data/rescue/a-2025-10-04_01:59:24.dat: '0000'}\n" + WORK,
                "{exit: {wprescue: 3}}",
                "{files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 5}}}",
                "{sinks: {a: {}}}",
            ),
            (
                "5 lines stay behind for ever, and the scenario doesn't say so",
                "data/rescue/a-2025-10-04_01:59:24.dat: 5 lines, and recovery has given it up",
                "look for the reason in its log; if they are meant to stay, say so: then: {ledger: {rescued: 5}}",
            ),
            id="given up",
        ),
    ],
)
def test_lines_that_stay_behind_are_unverified_with_what_where_and_one_thing_to_do(play, texts, expected):
    message, where, help_ = expected
    assert stuck(play(scenario(*texts))) == ("unverified", (message, (where,), help_))


@pytest.mark.parametrize(
    ("steps", "then"),
    [
        (KILLED + WORK, f"{{allow: {{{LOST}}}, ledger: {{stranded: 300}}}}"),
        (KILLED + WORK, f"{{allow: {{{LOST}}}, rescue: {{lock: 1}}}}"),
        (KILLED + WORK, f"{{allow: {{{LOST}, stuck: 300}}}}"),
        (KILLED + WORK, f'{{allow: {{{LOST}, stuck: "<= 400"}}}}'),
        (f"{KILLED}{WORK}\n  - check: {{rescue: {{lock: '> 0'}}}}", f"{{allow: {{{LOST}}}}}"),
        (f"{KILLED}{UNLOCK}\n{WORK}", f"{{allow: {{{LOST}}}}}"),
        ("  - run: wparse batch", "{rescue: {dat: 1}}"),
        ("  - run: wparse batch", "{ledger: {rescued: 400}}"),
        (f"  - run: wparse batch\n{WORK}", "{}"),
        # A daemon is still at it: its .lock is a .dat when the closing phase has stopped it.
        ("  - start: wparse daemon\n  - at: 4s\n    check: {rescue: {lock: 1}}", "{}"),
    ],
)
def test_what_the_scenario_says_by_number_or_recovers_is_not_stuck(play, steps, then):
    assert stuck(play(scenario(steps, then, INPUT, DOWN))) == ("passed",)


@pytest.mark.parametrize(
    ("steps", "then"),
    [
        (KILLED + WORK, f"{{allow: {{{LOST}}}, rescue: {{dat: 0}}}}"),  # says nothing of a .lock
        (KILLED + WORK, f"{{allow: {{{LOST}}}, ledger: {{rescued: 0}}}}"),
        (f"{KILLED}  - check: {{rescue: {{lock: 1}}}}\n{WORK}", f"{{allow: {{{LOST}}}}}"),  # that was before
        ("  - run: wparse batch", "{rescue: {lock: 0}}"),
        ("  - run: wparse batch", "{sinks: {a: {lines: 100}}}"),  # where the others are, it doesn't say
        ("  - start: wparse daemon\n  - wait: 4s", "{rescue: {dat: 0}}"),
    ],
)
def test_what_says_nothing_of_them_leaves_them_unverified(play, steps, then):
    outcome, *found = stuck(play(scenario(steps, then, INPUT, DOWN)))
    assert (outcome, len(found)) == ("unverified", 1)


def test_more_than_is_allowed_is_a_failure_at_its_place(play):
    result = play(scenario(KILLED + WORK, f"{{allow: {{{LOST}, stuck: '<= 299'}}}}", INPUT, DOWN))
    (finding,) = result.findings
    assert (finding.outcome.value, finding.path) == ("failed", ("then", "allow", "stuck"))
    assert finding.message == "300 lines stay behind for ever, allowed: <= 299"
    assert finding.help == "add '- run: wproj rescue unlock' and '- run: wprescue work'"


def test_of_many_files_the_largest_are_named(play):
    files = ", ".join(f"data/rescue/gone-2025-10-04_01:59:2{n}.dat: {{lines: {n}}}" for n in range(1, 6))
    outcome, found = stuck(play(scenario(WORK, "{exit: {wprescue: 3}}", f"{{files: {{{files}}}}}")))
    assert outcome == "unverified"
    assert [line.partition(",")[0] for line in found[1]] == [
        "data/rescue/gone-2025-10-04_01:59:25.dat: 5 lines",
        "data/rescue/gone-2025-10-04_01:59:24.dat: 4 lines",
        "data/rescue/gone-2025-10-04_01:59:23.dat: 3 lines",
        "and 3 lines in 2 more files",
    ]


def test_a_half_done_replay_is_not_stuck_since_the_closing_phase_does_the_rest(play):
    steps = "  - start: wprescue work\n  - upon: {sink: a, lines: 50}\n    kill: wprescue"
    given = "{files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 100}}}"
    assert stuck(play(scenario(steps, "{}", given, "{speed_limit: 100, sinks: {a: {}}}"))) == ("passed",)


def test_a_scenario_of_wproj_alone_moves_no_lines_and_is_not_asked(play):
    steps = "  - run: wproj rescue stat\n  - check: {output: {wproj: ['Total: files=1*']}}"
    given = "{files: {data/rescue/a-2025-10-04_01:59:24.dat: {lines: 100}}}"
    assert stuck(play(scenario(steps, "{}", given))) == ("passed",)


@pytest.mark.parametrize("crashes", [False, True])
def test_explorations_know_nothing_of_it(variant_of, crashes):
    from wptest.explore.crashes.crash_points import explore_crashes
    from wptest.explore.failing_operations import explore_errors
    from wptest.run.world import RunOptions
    from wptest.words.explore import CrashExplore, ErrorExplore

    variant = variant_of(scenario(WORK, "{exit: {wprescue: 3}, allow: {stuck: 10}}", GONE, LOGS))
    report = (
        explore_crashes(variant, CrashExplore(), RunOptions())
        if crashes
        else explore_errors(variant, ErrorExplore(), RunOptions())
    )
    assert report.run > 0
    assert not report.breaches
