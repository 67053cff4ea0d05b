"""What a fault does through its hand, and when it proves nothing."""

from __future__ import annotations

from zlib import crc32

import pytest

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
FAULT = "@wptest.fault\ndef act(hand: wptest.Hand) -> None:\n"


def acting(*lines):
    return FAULT + "".join(f"    {line}\n" for line in lines)


def scenario(steps, then="{}"):
    return (
        "scenario: s\nproject: {sinks: {a: {}}}\n"
        f"given: {{files: {{'{FILE}': {{lines: 100}}, data/junk: {{text: junk}}}}}}\n"
        f"when:\n{steps}then: {then}\n"
    )


ACT = "  - fault: {act: {}}\n"
WORK = ACT + "  - run: wprescue work\n"


def told(result):
    return result.outcome.value, [(finding.name, finding.message) for finding in result.findings]


def of_hand(result):
    events = [event for event in result.events if event.kind.startswith("hand.")]
    return [(event.kind, dict(event.fields)) for event in events]


def test_a_file_is_read_written_cut_renamed_and_removed_at_once_and_in_the_trace(play):
    code = acting(
        "assert hand.files('data/*') == ['data/junk']",
        "hand.write('data/junk', hand.read('data/junk') + b'!')",
        "hand.truncate('data/junk', 2)",
        "hand.rename('data/junk', 'data/more')",
        "assert (hand.files('data/*'), hand.read('data/more')) == (['data/more'], b'ju')",
        "hand.chmod('data/more', 0o400)",
        "hand.remove('data/more')",
    )
    result = play(code, scenario(WORK, "{sinks: {a: {lines: 100}}}"))

    assert told(result) == ("passed", [])
    assert of_hand(result) == [
        ("hand.write", {"by": "act", "path": "data/junk", "size": 5, "crc": crc32(b"junk!")}),
        ("hand.truncate", {"by": "act", "path": "data/junk", "size": 2}),
        ("hand.rename", {"by": "act", "path": "data/junk", "target": "data/more"}),
        ("hand.chmod", {"by": "act", "path": "data/more", "mode": 0o400}),
        ("hand.remove", {"by": "act", "path": "data/more"}),
    ]


def test_damage_is_found_by_the_invariants(play):
    result = play(acting(f"hand.truncate('{FILE}', 100)"), scenario(WORK))

    assert result.outcome.value == "failed"
    assert result.findings[0].name == "no_loss"


def test_lines_of_a_new_rescue_file_are_owed(play):
    code = acting("hand.write('data/rescue/a-2025-10-04_02:00:00.dat', b'one\\ntwo\\n')")

    assert told(play(code, scenario(WORK, "{sinks: {a: {lines: 102}}}"))) == ("passed", [])


def test_what_was_read_of_an_input_is_owed_after_somebody_removed_it(play):
    code = acting("hand.remove('data/in_dat/gen.dat')")
    text = (
        "scenario: s\nproject: {sinks: {a: {}}}\ngiven: {source: {lines: 9}}\n"
        f"when:\n  - run: wparse batch\n{ACT}"
        "then: {ledger: {accepted: 9, lost: 0}, sinks: {a: {lines: 9}}}\n"
    )

    assert told(play(code, text)) == ("passed", [])


def test_rules_fail_and_slow_operations_and_count(play):
    code = acting(
        "hand.fail('data/out_dat/a.dat', ['open', 'write'], 'ENOSPC', times=1)",
        "hand.slow('data/out_dat/a.dat', 'fsync', 3_000_000_000, times=1)",
    )
    result = play(code, scenario(WORK))

    bitten = [event.fields["operation"] for event in result.events if event.kind == "fault.bit"]
    assert told(result) == ("passed", [])
    assert bitten == ["open", "fsync"]
    assert any(event.kind == "storage.ENOSPC" for event in result.events)
    assert result.virtual_time >= 3_000_000_000


def test_a_rule_ends_with_its_time_and_with_heal(play):
    code = acting("hand.fail('**', 'open', duration=1_000_000_000)")
    late = ACT + "  - wait: 2s\n  - run: wprescue work\n"
    healed = ACT + "  - heal: true\n  - run: wprescue work\n"

    for steps in (late, healed):
        assert told(play(code, scenario(steps))) == (
            "unverified",
            [("when.0", "the fault act changed nothing, and never bit")],
        )


def test_a_program_is_killed(play):
    code = acting("assert hand.kill('wprescue')", "assert not hand.kill('wprescue')")
    steps = (
        "  - start: wprescue work\n  - upon: {sink: a, lines: 50}\n    fault: {act: {}}\n  - run: wprescue work\n"
    )
    result = play(code, scenario(steps, "{sinks: {a: {lines: 100}}, must_happen: program.killed}"))

    assert told(result) == ("passed", [])


@pytest.mark.parametrize(
    "line",
    [
        "pass",
        "hand.read('data/junk')",
        "hand.files()",
        "hand.kill('wprescue')",
        "hand.fail('nowhere/**')",
        "hand.truncate('data/junk', 4)",
        "hand.chmod('data/junk', 0o644)",
        "hand.chmod('data/junk', 0o400)",
    ],
)
def test_a_fault_of_which_nothing_took_effect_proves_nothing(play, line):
    assert told(play(acting(line), scenario(WORK))) == (
        "unverified",
        [("when.0", "the fault act changed nothing, and never bit")],
    )


@pytest.mark.parametrize(
    ("line", "evidence", "help_"),
    [
        ("pass", "it changed no file, made no operation fail and killed no program", "let it do something"),
        ("hand.fail('data/rescue', 'write')", "data/rescue is a directory", 'write on: "data/rescue/**" for what'),
        (
            "hand.chmod('data/junk', 0o400)",
            "the mode 0400 of data/junk denied nobody",
            "do it before what it is to",
        ),
    ],
)
def test_why_nothing_took_effect_is_told(play, line, evidence, help_):
    (found,) = play(acting(line), scenario(WORK)).findings
    assert found.evidence[0].startswith(evidence)
    assert found.help.startswith(help_)


def test_permissions_that_somebody_misses_have_taken_effect(play):
    result = play(acting(f"hand.chmod('{FILE}', 0o200)"), scenario(WORK, "{exit: {wprescue: 3}, rescue: {dat: 1}}"))

    assert told(result) == ("passed", [])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1 / 0", "act raised ZeroDivisionError: division by zero (conftest.py:11)"),
        (
            "hand.read('data/none')",
            "act raised FileNotFoundError: [Errno 2] No such file or directory: 'data/none'",
        ),
        ("hand.write('../x', b'')", "act raised ValueError: '../x' leaves the directory it belongs to"),
        ("hand.remove('/etc/passwd')", "act raised ValueError: '/etc/passwd' leaves the directory it belongs to"),
        ("hand.fail('**', errno='EWRONG')", "act raised ValueError: there is no error 'EWRONG'"),
        ("hand.fail('**', 'opn')", "act raised ValueError: there is no operation 'opn'"),
        ("raise SystemExit(3)", "act raised SystemExit: 3 (conftest.py:11)"),
        ("raise KeyError", "act raised KeyError (conftest.py:11)"),
        ("assert 1 == 2", "act raised AssertionError (conftest.py:11)"),
    ],
)
def test_an_exception_is_a_failure_with_the_place_in_the_code_of_its_author(play, tmp_path, line, message):
    result = play("# one line down\n" + acting(line), scenario(WORK))

    assert result.outcome.value == "failed"
    (finding,) = result.findings
    assert finding.message.startswith(message)
    assert finding.path == ("when", 0, "fault")
    assert finding.evidence[-1] == f"{tmp_path / 'conftest.py'}:11: {line}"
    assert len(finding.evidence) == 1


def test_an_exception_below_shows_the_way_there_through_code_that_is_not_ours(play, tmp_path):
    code = "import json\n\n" + acting("json.loads(hand.read('data/junk'))")
    (finding,) = play(code, scenario(WORK)).findings

    assert finding.message.endswith("(conftest.py:12)")
    assert finding.evidence[0].startswith(f"{tmp_path / 'conftest.py'}:12")
    assert len(finding.evidence) > 1
    assert not any("wptest/run" in line for line in finding.evidence)


def test_a_fault_may_say_itself_that_nothing_is_proved(play):
    result = play(acting("raise wptest.Unverified('no such disk here')"), scenario(WORK))

    assert told(result) == ("unverified", [("when.0", "no such disk here")])


def test_chance_follows_from_the_seed_alone(play):
    code = acting("hand.write('data/junk', bytes(hand.random.randrange(256) for _ in range(8)))")
    once, again, other = (play(code, scenario(WORK), seed=seed) for seed in (0, 0, 1))

    assert once.trace_hash == again.trace_hash
    assert of_hand(once) == of_hand(again) != of_hand(other)


def test_what_a_hand_does_is_in_the_hash(play):
    codes = [acting(f"hand.write('data/junk', b'{byte}')") for byte in "xyx"]
    # Each code has a directory of its own, since a conftest.py is imported once.
    hashes = [play(code, scenario(WORK), name).trace_hash for code, name in zip(codes, "abc", strict=True)]

    assert hashes[0] == hashes[2] != hashes[1]
