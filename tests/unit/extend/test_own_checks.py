"""What a check sees of a run, and what its words become."""

from __future__ import annotations

import pytest

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"


def looking(*lines):
    return "@wptest.check\ndef look(run: wptest.Run) -> object:\n" + "".join(f"    {line}\n" for line in lines)


def scenario(then="{look: {}}", steps="  - run: wprescue work\n"):
    return (
        "scenario: s\nproject: {sinks: {a: {}, dark: {type: blackhole}}}\n"
        f"given: {{files: {{'{FILE}': {{lines: 3}}}}}}\nwhen:\n{steps}then: {then}\n"
    )


def told(result):
    return result.outcome.value, [(finding.name, finding.message) for finding in result.findings]


def test_a_check_sees_lines_files_logs_events_and_the_ledger(play):
    code = looking(
        "assert len(run.lines('a')) == 3",
        "assert run.lines('a')[0].startswith(b'wp_event_id=1 ')",
        "assert run.files('data/out_dat/a*') == ['data/out_dat/a.dat']",
        "assert run.read('data/out_dat/a.dat').count(b'\\n') == 3",
        "assert run.rescue_files == []",
        "assert run.log('wprescue')[0] == 'recover begin'",
        "assert [event.kind for event in run.events('recovery.file_*')] == "
        "['recovery.file_began', 'recovery.file_removed']",
        "assert (run.ledger.delivered, run.ledger.lost, run.ledger.issued) == (3, 0, 3)",
        "assert run.now == 0",
    )

    assert told(play(code, scenario())) == ("passed", [])


def test_a_check_in_a_step_sees_that_moment(play):
    code = looking("assert len(run.rescue_files) == 1")
    steps = "  - check: {look: {}}\n  - run: wprescue work\n  - check: {look: {}}\n"

    assert told(play(code, scenario("{}", steps))) == (
        "failed",
        [("when.2.check.look", "assert len(run.rescue_files) == 1")],
    )


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        ("yield from ('one', 'two') if run.now == 0 and run.files() else ()", ["one", "two"]),
        ("return ['one', 'two'] if run.files() else None", ["one", "two"]),
        ("return 'one' if run.files() else None", ["one"]),
        ("assert not run.files(), 'there are files'", ["there are files"]),
        ("assert not run.files()", ["assert not run.files()"]),
        ("return 5 if run.files() else None", [None]),
        ("return False if run.files() else None", [None]),
    ],
)
def test_its_words_are_failures(play, line, messages):
    result = play(looking(line), scenario())

    assert result.outcome.value == "failed"
    for finding, message in zip(result.findings, messages, strict=True):
        assert finding.message.startswith(message or "look gave ")
        assert message or "(conftest.py:8): it yields or returns texts that say what doesn't" in finding.message
        assert finding.path == ("then", "look")


def test_what_a_run_does_not_have_leads_to_what_it_has(play):
    (finding,) = play(looking("run.get_lines('a')"), scenario()).findings

    assert "'Run' object has no attribute 'get_lines' (conftest.py:" in finding.message
    assert finding.evidence[-1].startswith("did you mean 'lines'? A Run has: events, files, ledger, lines, log,")


def test_more_lines_of_a_message_are_its_evidence(play):
    (finding,) = play(looking("yield 'wrong\\n  this\\n  that' if run.files() else ''"), scenario()).findings

    assert (finding.message, finding.evidence) == ("wrong", ("  this", "  that"))


def test_what_was_said_before_an_exception_stays_said(play, tmp_path):
    result = play(looking("yield 'one' if run.files() else ''", "raise ValueError('two')"), scenario())

    assert [finding.message for finding in result.findings] == [
        "one",
        "look raised ValueError: two (conftest.py:11)",
    ]
    assert result.findings[1].evidence == (f"{tmp_path / 'conftest.py'}:11: raise ValueError('two')",)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("raise wptest.Unverified('no lines to look at')", "no lines to look at"),
        ("raise wptest.Unverified", "look can't tell"),
        ("run.lines('dark')", "the sink dark keeps no lines"),
        ("return None", "look looked at nothing of the run"),
        ("yield from ()", "look looked at nothing of the run"),
    ],
)
def test_a_check_that_could_not_see_anything_proves_nothing(play, line, message):
    assert told(play(looking(line), scenario())) == ("unverified", [("then.look", message)])


def test_a_file_that_is_not_there_is_no_empty_file(play):
    (finding,) = play(looking("run.read('data/none')"), scenario()).findings

    assert finding.message.startswith("look raised FileNotFoundError: ")


def test_a_check_without_end_ends(play):
    result = play(looking("while run.files():", "    yield 'wrong'"), scenario())

    assert len(result.findings) == 100


def test_a_check_moves_nothing(play):
    """A daemon that was idle before it is idle after it, and may be blamed for what it leaves."""
    code = looking("assert run.files()")
    steps = "  - start: wprescue daemon\n  - wait: idle\n"
    with_check, without = (play(code, scenario(then, steps)) for then in ("{look: {}}", "{}"))

    made = [event for event in with_check.events if event.kind == "check.made"]
    assert [dict(event.fields) for event in made] == [{"name": "look", "findings": 0}]
    assert [event for event in with_check.events if event not in made] == list(without.events)
