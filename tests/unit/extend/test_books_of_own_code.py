"""What a fault or a sink of somebody's own does to the input and to lines is booked as if a step had done it."""

from __future__ import annotations

import pytest

INPUT = "data/in_dat/gen.dat"
GIVEN = (
    f'{{source: {{rate: 100/s, patterns: {{/sample: "*"}}}}, files: {{{INPUT}: {{text: "one\\ntwo\\nthree\\n"}}}}}}'
)
ACT = "@wptest.fault\ndef act(hand: wptest.Hand) -> None:\n    path = 'data/in_dat/gen.dat'\n"
PLAIN = """
@wptest.sink
class Plain:
    def __init__(self, path: str) -> None:
        self.path = path

    def write(self, lines: list[bytes]) -> None:
        with open(self.path, "ab") as file:
            file.writelines(line + b"\\n" for line in lines)
"""
ANSWER_LOST = """
@wptest.sink
class AnswerLost:
    calls = 0

    def __init__(self, path: str) -> None:
        self.path = path
        self.calls = 0

    def write(self, lines: list[bytes]) -> None:
        self.calls += 1
        with open(self.path, "ab") as file:
            file.writelines(line + b"\\n" for line in lines)
        if self.calls % 3 == 0:
            raise wptest.SinkFailed("timeout", error_class="network")
"""


def told(result):
    return [(finding.outcome.value, finding.name, finding.message) for finding in result.findings]


@pytest.mark.parametrize("sink", ["{}", "{plain: {}, file: a.dat}"], ids=["plain disk", "disk of own code"])
@pytest.mark.parametrize(
    ("acts", "lines"),
    [
        (["hand.write(path, hand.read(path) + b'four\\n')"], 4),
        (["hand.truncate(path, 0)", "hand.write(path, b'4\\n5\\n')"], 5),
        (["hand.remove(path)"], 3),
        (["hand.remove(path)", "hand.write(path, b'a long line of another file\\n')"], 4),
        (["hand.rename(path, path + '.1')", "hand.write(path, b'four\\nfive\\nsix\\n')"], 6),
        (["hand.write(path + '.new', b'four\\nfive\\nsix\\n')", "hand.rename(path + '.new', path)"], 6),
        (["hand.rename(path, path + '.1')", "hand.rename(path + '.1', path)"], 3),
        (["hand.rename(path, path + '.1')", "hand.write(path + '.1', hand.read(path + '.1') + b'four\\n')"], 4),
    ],
)
def test_an_input_that_own_code_changes_is_booked_right(play, sink, acts, lines):
    code = PLAIN + ACT + "".join(f"    {act}\n" for act in acts)
    steps = "  - start: wparse daemon\n  - wait: 3s\n  - fault: {act: {}}\n  - wait: idle\n"
    text = f"scenario: s\nproject: {{sinks: {{a: {sink}}}}}\ngiven: {GIVEN}\nwhen:\n{steps}"

    assert told(play(code, f"{text}then: {{sinks: {{a: {{lines: {lines}}}}}}}\n")) == []


@pytest.mark.parametrize("between", ["", "  - wait: 4s\n", "  - check: {ledger: {lost: 0}}\n", "  - wait: idle\n"])
def test_lines_that_were_stored_before_their_answer_was_lost_are_allowed_duplicates(play, between):
    text = (
        "scenario: s\nproject: {strategy: {network: fix_retry}, sinks: {a: {answer_lost: {}, file: a.dat}}}\n"
        "given: {source: {lines: 200, rate: 100/s}}\nwhen:\n  - start: wparse daemon\n  - at: 2s\n"
        f"    wait: 1s\n{between}  - signal: {{wparse: TERM}}\n  - wait: {{exit: wparse}}\n  - run: wprescue work\n"
        "then: {allow: {duplicates: '<= 200'}, ledger: {duplicates: '> 0', lost: 0}}\n"
    )

    assert told(play(ANSWER_LOST, text)) == []


@pytest.mark.parametrize(
    "fault", ["", "  - fault: {on: data/rescue/a-*.dat, fail: read, errno: EINTR, times: 1}\n"]
)
def test_lines_of_others_are_none_of_a_recovery_s_that_was_killed_before_its_first(play, fault):
    """What it had begun at the start of an empty target ends there."""
    code = "import time\n" + PLAIN.replace("        with open", "        time.sleep(0.05)\n        with open")
    pings = '{text: "' + "ping\\n" * 12 + '"}'
    steps = (
        "  - start: wprescue work\n  - upon: {event: recovery.file_began}\n    wait: 20ms\n  - kill: wprescue\n"
        f"  - run: wparse batch\n{fault}" + "  - run: wprescue work\n" * 2
    )
    text = (
        "scenario: s\nproject: {sinks: {a: {plain: {}, file: a.dat}}}\n"
        f'given: {{source: {{patterns: {{/sample: "*"}}}}, files: {{{INPUT}: {pings}, '
        f"data/rescue/a-2025-10-04_01:59:19.dat: {pings}}}}}\nwhen:\n{steps}"
        "then: {sinks: {a: {lines: 24}}, replay: {duplicates: 0, lost: 0}}\n"
    )

    assert [found for found in told(play(code, text)) if found[0] == "failed"] == []


def test_a_line_edited_in_a_rescue_file_that_nobody_has_begun_is_nowhere_twice(play):
    act = (
        "@wptest.fault\ndef act(hand: wptest.Hand) -> None:\n    path = 'data/rescue/a-2025-10-04_01:59:19.dat'\n"
        "    hand.write(path, hand.read(path).replace(b'wp_event_id=5 ', b'masked '))\n"
    )
    steps = "  - fault: {act: {}}\n  - check: {rescue: {dat: 1}}\n  - run: wprescue work\n"
    text = (
        "scenario: s\nproject: {sinks: {a: {}}}\n"
        "given: {files: {data/rescue/a-2025-10-04_01:59:19.dat: {lines: 12, equal: every 3rd}}}\n"
        f"when:\n{steps}then: {{allow: {{lost: '<= 1'}}, sinks: {{a: {{lines: 12}}}}}}\n"
    )

    assert told(play(act, text)) == []
