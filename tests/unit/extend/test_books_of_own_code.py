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
