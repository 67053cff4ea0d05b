"""What an exploration did and found, as text: the counts first, then each kind of breach with its first example."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from engine.text.display import printable
from wptest.explore.crashes.crash_points import CrashExploration
from wptest.explore.exploration import Breach, Exploration
from wptest.explore.explorations import NotDone
from wptest.explore.failing_operations import ErrorExploration
from wptest.explore.failing_requests import RequestExploration
from wptest.explore.interleavings import ScheduleExploration
from wptest.explore.swarming.swarm import SwarmBreach, SwarmExploration
from wptest.explore.troubles.combined import CombinedExploration
from wptest.text.wording import flow

_SHOWN = 3
Keep = Callable[[Breach[Any]], str]


def exploration_text(done: Exploration, keep: Keep = lambda _breach: "") -> list[str]:
    """The lines for one exploration; `keep` keeps a breach that is shown and says under which id."""
    if isinstance(done, NotDone):
        return [f"{done.what}: not done: {done.why}"]
    head, *more = _counts(done)
    verdict = f"{len(done.breaches):,} broke something" if done.breaches else "no breach"
    return [f"{head}: {verdict}", *more, *_examples(done.breaches, keep)]


def _counts(done: Exploration) -> Iterator[str]:
    """What was done, the share of it first."""
    share = _share(done.run, done.possible)
    match done:
        case CrashExploration():
            yield f"crash: {share} states recovered and checked"
            yield from _levels(done)
        case ErrorExploration():
            yield f"errors: {done.operations:,} operations, {share} runs"
            yield from (f"  not made to fail: what SQLite does by itself with {path}" for path in done.databases)
        case RequestExploration():
            yield f"requests: {done.requests:,} requests, {share} runs"
        case CombinedExploration():
            yield f"combine: {share} runs"
            yield from _combined(done)
        case ScheduleExploration():
            yield f"schedule: {share} seeds, {done.distinct:,} different runs"
        case SwarmExploration():
            yield f"swarm: {share} seeds, {_swarm(done)}"
            if done.corpus is not None:
                yield f"  guided: {len(done.corpus):,} runs kept, which reach {len(done.corpus.times):,} points"
        case _:
            raise TypeError(done)


def _made(breach: Breach[Any], kept: str) -> str:
    """What was done; random faults only where nothing else tells of them."""
    return f"{breach}: {flow(breach.scenario)}" if isinstance(breach, SwarmBreach) and not kept else str(breach)


def _levels(report: CrashExploration) -> Iterator[str]:
    """What there was to crash at each depth."""
    new = "different" if report.fresh else "not seen with an earlier variant"
    for depth, (counts, distinct) in enumerate(zip(report.found, report.distinct, strict=True), 1):
        recoveries = f"{_share(report.crashed, report.distinct[0])} recoveries crashed again, " if depth > 1 else ""
        bounded = " (bounded: a power loss may leave more)" if counts.bounded else ""
        operations = f"{counts.operations:,} operations, {counts.images:,} crashes{bounded}"
        yield f"  depth {depth}: {recoveries}{operations}, {distinct:,} {new}"


def _combined(report: CombinedExploration) -> Iterator[str]:
    """How far it has come, and how many of each two kinds there were."""
    bounded = " (bounded: a power loss may leave more)" if report.bounded else ""
    begun = _share(report.begun, report.firsts)
    yield f"  {report.operations:,} operations, {begun} troubles came first, {report.seconds:,} after them{bounded}"
    yield f"  {report.shared:,} runs began at a state that a crash had left"
    pairs = (f"{times:,} {' and '.join(pair)}" for pair, times in report.pairs.items())
    yield f"  {', '.join(pairs)}"


def _swarm(report: SwarmExploration) -> str:
    """Which faults there were, and where they had an effect."""
    drawn = ", ".join(f"{times:,} {kind}" for kind, times in sorted(report.drawn.items()))
    bitten = ", ".join(f"{times:,} {kind} in {process}" for (kind, process), times in sorted(report.bitten.items()))
    return f"{drawn or 'no faults'}; effects: {bitten or 'none'}"


def _share(done: int, possible: int) -> str:
    percent = 100 * done // possible if possible else 100
    return f"{done:,} of {possible:,} ({percent} %)"


def _examples(found: Sequence[Breach[Any]], keep: Keep) -> Iterator[str]:
    """The first that broke each thing: the simplest, since they come in the order of the run."""
    seen: dict[str, int] = {}
    for breach in found:
        for finding in breach.findings:
            seen[finding.name] = seen.get(finding.name, 0) + 1
            if seen[finding.name] == 1:
                yield f"  {finding.name}: {printable(finding.message)}"
                kept = keep(breach)
                yield f"    {_made(breach, kept)}"
                yield from (f"    {printable(line)}" for line in finding.evidence[:_SHOWN])
                if kept:
                    yield f"    to see it again: wptest replay {kept}"
                    yield f"    or all that happens: wptest timeline --replay {kept}"
    for name, times in seen.items():
        if times > 1:
            yield f"  {name}: {times:,} times in all"
