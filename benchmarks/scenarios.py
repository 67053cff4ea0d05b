"""What whole scenarios cost: a small one many times, and a large one once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Row, Size, best, interleaved, timed
from benchmarks.timers import bare_heap
from wptest.run.running import run_variant
from wptest.scenario.load import LoadedVariant, load_file
from wptest.words.finding import Outcome

_MILLI = 1e3
_TIMERS = 100_000
_LARGE = Path(__file__).parent.parent / "scenarios" / "outage-and-recovery.wptest.yaml"
_SMALL = """\
scenario: small-outage
project:
  sinks:
    a: {type: test_rescue, file: a.dat, phases: [up 200ms, down 200ms]}
given:
  source: {lines: 50, rate: 100/s}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: USR1}
  - wait: {exit: wparse}
  - run: wprescue work
then:
  exit: {wparse: 0, wprescue: 0}
  rescue: {dat: 0, lock: 0}
  sinks: {a: {lines: 50}}
  replay: {duplicates: 0, lost: 0}
  must_happen: [rescue.created, reconnect.succeeded, recovery.file_removed]
"""


def measure_scenarios(size: Size) -> list[Row]:
    """Milliseconds a run, loaded before; a bare heap's timers tell how fast the machine is."""
    small, large = small_outage(), load_file(_LARGE)[0].variants[0]
    runs = size.of(200, 5)
    figures = best(
        interleaved(
            {
                "small": lambda: timed(lambda: _run(small, runs)) / runs * _MILLI,
                "large": lambda: timed(lambda: _run(large, 1)) * _MILLI,
                "heap": lambda: timed(lambda: bare_heap(100, _TIMERS // 100)) / _TIMERS * _MILLI,
            },
            rounds=size.of(5, 1),
        )
    )
    timer = "one bare heapq timer"
    return [
        Row("50 lines, outage and recovery (500 a second)", figures["small"], "ms", timer, figures["heap"], 2),
        Row("10,000 lines, outage and recovery", figures["large"], "ms", timer, figures["heap"], 500),
    ]


def small_outage() -> LoadedVariant:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "small.wptest.yaml"
        path.write_text(_SMALL)
        return load_file(path)[0].variants[0]


def _run(variant: LoadedVariant, times: int) -> None:
    for _ in range(times):
        result = run_variant(variant)
        assert result.outcome is Outcome.PASSED, result.findings
