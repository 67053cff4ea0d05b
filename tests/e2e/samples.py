"""Small scenarios with every outcome."""

from __future__ import annotations

from pathlib import Path

PASSING = """\
scenario: passing
title: Ten lines arrive
tags: [quick, delivery]
project:
  sinks:
    a: {type: file, file: a.dat}
given:
  source: {lines: 10, rate: 100/s}
when:
  - start: wparse daemon
  - wait: idle
then:
  sinks: {a: {lines: 10}}
"""

FAILING = """\
scenario: too-few
title: Expects one line more than there is
tags: [outage]
project:
  sinks:
    a: {type: test_rescue, file: a.dat, phases: [up 1s, down 2s, up 1h]}
given:
  source: {lines: 500, rate: 100/s}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - run: wprescue work
then:
  sinks: {a: {lines: 501}}
  rescue: {dat: 1}
"""

UNVERIFIED = """\
scenario: never-bites
title: A fault that never bites proves nothing
project:
  sinks:
    a: {type: file, file: a.dat}
given:
  source: {lines: 10, rate: 100/s}
when:
  - fault: {on: "data/out_dat/miss.dat", fail: [write], errno: EIO}
  - start: wparse daemon
  - wait: idle
then:
  sinks: {a: {lines: 10}}
"""

MATRIX = """\
scenario: matrix
title: So many lines arrive
tags: [many]
matrix:
  lines: [10, 20]
  expected: [10, 20]
project:
  sinks:
    a: {type: file, file: a.dat}
given:
  source: {lines: "${{ matrix.lines }}", rate: 100/s}
when:
  - start: wparse daemon
  - wait: idle
then:
  sinks: {a: {lines: "${{ matrix.expected }}"}}
"""

UNCLEAN = PASSING.replace("scenario: passing", "scenario: unclean-one") + "cleanup: [{remove: nothing.txt}]\n"

INVALID = PASSING.replace("scenario: passing", "scenario: invalid-one").replace("given:", "givn:")


def write(directory: Path, **texts: str) -> Path:
    """Write `NAME.wptest.yaml` for each text; returns the directory."""
    for name, text in texts.items():
        (directory / f"{name}.wptest.yaml").write_text(text, encoding="utf-8")
    return directory


def all_outcomes(directory: Path) -> Path:
    """One file for each outcome, and one with a matrix of two that pass and two that fail."""
    return write(directory, failing=FAILING, matrix=MATRIX, passing=PASSING, unverified=UNVERIFIED)
