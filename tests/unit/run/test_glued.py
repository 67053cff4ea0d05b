"""Replayed lines behind what a power loss has left of somebody else's: none is glued to it, and none is lost."""

from __future__ import annotations

import pytest
from scenario_bench import scenario, told

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
TARGET = "data/out_dat/a.dat"


@pytest.mark.parametrize("there", ["old\\n", "old\\n\\0\\0\\0", "old\\nhal\\0\\0", "\\0"])
@pytest.mark.parametrize("sent", [1, 7, 19])
def test_what_stood_there_before_is_ended_by_the_first_replay(play, there, sent):
    steps = (
        "  - start: wprescue work\n"
        f"  - {{upon: {{sink: a, lines: {sent}}}, kill: wprescue}}\n"
        "  - run: wprescue work\n"
    )
    given = f'{{files: {{{FILE}: {{lines: 20}}, {TARGET}: {{bytes: "{there}"}}}}}}'
    assert told(play(scenario(steps, "{ledger: {lost: 0, duplicates: 0}}", given))) == []
