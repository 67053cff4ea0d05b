"""Troubles one after the other, run again: a crash ends a stretch, and what strikes is in the one that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from wptest.explore.breaches import breaches, demand_end
from wptest.explore.crashes.crash_search import Search
from wptest.explore.crashes.crash_state import Crash, CrashState
from wptest.explore.crashes.recorder import CrashCounts, Finder, no_preparation
from wptest.explore.crashes.restart import Restart
from wptest.explore.exploration import GoneError
from wptest.explore.stretch import Rerun, Watched
from wptest.explore.troubles.course import limited, run_course
from wptest.explore.troubles.kinds import Troubles
from wptest.explore.troubles.strikes import Strike
from wptest.run.running import Prepare
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.finding import Finding

Trouble = Crash | Strike


class Surveyed(NamedTuple):
    """What breaks in a run, what there was to explore in it, and its virtual time, if it began at the beginning."""

    findings: tuple[Finding, ...]
    counts: CrashCounts
    took: int = 0


class Runner:
    """Runs a variant from its beginning, or from the state that a crash has left, with what strikes it there.

    Without trouble it runs for `took` nanoseconds.
    """

    def __init__(self, variant: LoadedVariant, options: RunOptions, troubles: Troubles, took: int) -> None:
        self._variant = variant
        self._options = options
        self._troubles = troubles
        self._restart = Restart(variant, options, troubles)
        self.limit(took)

    def limit(self, took: int) -> None:
        """From now on, it runs so long without trouble: with strikes, it ends some time after that."""
        self._struck = limited(self._variant, took)

    def survey(
        self,
        state: CrashState | None,
        strikes: Sequence[Strike] = (),
        finder: Finder | None = None,
        prepare: Prepare = no_preparation,
    ) -> Surveyed:
        """What breaks, and what there was to explore; see `run_course` and `Restart.run`.

        Raises:
            EndlessError: it doesn't end, although nothing strikes it.
        """
        if state is not None:
            restarted = self._restart.run(state, finder, prepare, strikes)
            return Surveyed(breaches(restarted.findings), restarted.counts)
        variant = self._struck if strikes else self._variant
        course = run_course(variant, self._troubles, self._options, finder, prepare, strikes=strikes)
        if not strikes:
            demand_end(course.result.findings)
        return Surveyed(breaches(course.result.findings), course.counts, course.result.virtual_time)


def run_again(variant: LoadedVariant, options: RunOptions, troubles: Troubles, chain: Sequence[Trouble]) -> Rerun:
    """Run a variant with these troubles once more.

    Raises:
        GoneError: the run doesn't come to one of them any more.
        EndlessError: it doesn't end without them.
    """
    runner = Runner(variant, options, troubles, _time_of(variant, options, troubles, chain))
    state, strikes, stretches = None, list[Strike](), []
    for trouble in chain:
        if isinstance(trouble, Strike):
            strikes.append(trouble)
            continue
        search = Search(variant, [*(state.crashes if state is not None else ()), trouble])
        runner.survey(state, strikes, search, search.attach)
        state, stretch = search.found
        stretches.append(stretch.with_strikes(strikes))
        strikes = []
    last = Watched()
    findings = runner.survey(state, strikes, None, last.attach).findings
    stretches.append(last.stretch(variant).with_strikes(strikes))
    for stretch in stretches:
        for strike in stretch.strikes:
            if stretch.place_of(strike, troubles.during) is None:
                raise GoneError(f"the run has no such operation any more: {strike}")
    return Rerun(variant, options, findings, tuple(stretches))


def _time_of(variant: LoadedVariant, options: RunOptions, troubles: Troubles, chain: Sequence[Trouble]) -> int:
    """How long the run takes without trouble; what only crashes end needs no bound."""
    if not any(isinstance(each, Strike) for each in chain):
        return 0
    course = run_course(variant, troubles, options)
    demand_end(course.result.findings)
    return course.result.virtual_time
