"""How much memory a run needs: hardly more for more lines, where each of them ends in one place."""

from __future__ import annotations

import tracemalloc

import pytest

FEW, MANY = 100_000, 300_000
LINE = len(b"wp_event_id=100000 line of a-2025-10-04_01:59:24.dat\n")
REPLAYED = """
scenario: replayed
project: {speed_limit: 0, sinks: {a: {type: file, file: a.dat}}}
given:
  files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: LINES}}
when: [{run: wprescue work}]
then: {exit: {wprescue: 0}, sinks: {a: {lines: LINES}}, rescue: {dat: 0}}
"""
RESCUED = """
scenario: rescued
project: {speed_limit: 0, sinks: {a: {type: test_rescue, file: a.dat, phases: [up 1s, down 1h]}}}
given: {source: {lines: LINES, rate: 1k/s}}
when: [{run: wparse batch}, {run: wprescue work}]
then: {ledger: {lost: 0, duplicates: 0}}
"""


@pytest.mark.slow  # whoever counts every object takes ten times as long
@pytest.mark.parametrize("text", [REPLAYED, RESCUED])
def test_more_lines_need_hardly_more_memory(play, text):
    def peak(lines):
        tracemalloc.start()
        result = play(text.replace("LINES", str(lines)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert not result.findings
        return most

    peak(FEW)  # and what is made once
    few, many = peak(FEW), peak(MANY)
    assert many - few < (MANY - FEW) * LINE / 2
