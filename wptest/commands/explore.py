"""`wptest explore`: run a scenario in every way that its `explore` asks for."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import click

from wptest.console import exits, shared_options
from wptest.console.planning import picked
from wptest.console.progress import Progress
from wptest.console.selecting import selecting
from wptest.console.shared_options import Whole
from wptest.explore.exploration import Exploration
from wptest.explore.explorations import NotDone, Siblings, explorations
from wptest.kept.circumstances import Circumstances
from wptest.play.after_pass import keeper
from wptest.play.selection import Selection
from wptest.play.stopwatch import Stopwatch
from wptest.report.exploration_text import exploration_text
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CrashExplore, ErrorExplore, Explore

_DEFAULT = Explore(crash=CrashExplore(), errors=ErrorExplore())


@click.command("explore", epilog=exits.HELP)
@click.argument("path", metavar="PATH")
@click.option("--all", "every", is_flag=True, help="Explore every variant, not the first alone.")
@click.option("--most", type=Whole(min=1), metavar="N", help="Do at most so many runs in each exploration.")
@click.option("--depth", type=Whole(1, 2), help="How many crashes one after the other.")
@click.option(
    "--only",
    type=click.Choice(tuple(Explore.model_fields)),
    help="Do this exploration alone, with its defaults where the scenario asks for none.",
)
@selecting
@shared_options.seed
@shared_options.behaviour
@shared_options.timeout
@shared_options.store
@shared_options.circumstances
def command(
    path: str,
    *,
    every: bool,
    most: int | None,
    depth: int | None,
    only: str | None,
    selection: Selection,
    circumstances: Circumstances,
) -> int:
    """Crash a scenario at every operation, let every operation fail, run it under other interleavings.

    What is done is what the scenario's `explore` asks for; without one, crashes and failing operations. `combine`
    lets two troubles come one after the other: kills, power losses, errors and stops. After each crash the machine
    is started again, recovery runs, and the invariants must hold: the scenario's own expectations are for its own
    course.

    PATH is a scenario file, a directory, FILE::SCENARIO or FILE::SCENARIO::VARIANT.
    """
    expedition = _Expedition(circumstances, _Changes(depth, only), most)
    with Progress(expedition, sys.stderr) as expedition.progress:
        for name, variant in picked(path, selection, every=every):
            expedition.show(name, variant)
    if expedition.broken:
        return exits.ExitCode.FAILED
    return exits.ExitCode.UNVERIFIED if expedition.undone else exits.ExitCode.PASSED


@dataclass(frozen=True, slots=True)
class _Changes:
    """What the command line changes of the plan: the depth of crashes, and the only exploration to be done."""

    depth: int | None
    only: str | None

    def applied_to(self, variant: LoadedVariant) -> LoadedVariant:
        """The variant with what is to be explored: its own plan or the default, as it was asked for."""
        plan = variant.scenario.explore or _DEFAULT
        if self.only is not None:
            own = getattr(variant.scenario.explore, self.only, None)
            default = getattr(Explore.model_validate({self.only: True}), self.only)
            plan = Explore().model_copy(update={self.only: own or default})
        if self.depth is not None and self.only in (None, "crash"):
            crash = (plan.crash or CrashExplore()).model_copy(update={"depth": self.depth})
            plan = plan.model_copy(update={"crash": crash})
        return replace(variant, scenario=variant.scenario.model_copy(update={"explore": plan}))


class _Expedition:
    """Explores variants one after the other and writes what came of each; its text says how far it is."""

    progress: Progress

    def __init__(self, circumstances: Circumstances, changes: _Changes, most: int | None) -> None:
        self.broken = self.undone = False
        self._circumstances = circumstances
        self._changes = changes
        self._most = most
        self._siblings = Siblings() if most is None else None  # what was left out must not count as known
        self._underway: Exploration | None = None
        self._name = ""
        self._real = Stopwatch()

    def __str__(self) -> str:
        if self._underway is None:
            return f"{self._name}: begins"
        broken = len(self._underway.breaches)
        found = f", {broken:,} broke something" if broken else ""
        most = f" (at most {self._most:,})" if self._most is not None else ""
        return f"{self._name}: {self._underway.so_far}{most}{found}"

    def show(self, name: str, variant: LoadedVariant) -> None:
        """Explore a variant."""
        self._name, self._underway = name, None
        self._real.lap()
        self._write(name)
        planned = self._changes.applied_to(variant)
        done = explorations(
            planned, self._circumstances.options, most=self._most, siblings=self._siblings, watch=self._watch
        )
        try:
            for each in done:
                self._report(each, planned)
        except KeyboardInterrupt:
            self._interrupted(planned)
            raise

    def _interrupted(self, variant: LoadedVariant) -> None:
        if self._underway is None:
            self._write("  interrupted before the first run of this exploration was over")
        else:
            self._write("  interrupted; what was done until then:")
            self._report(self._underway, variant)

    def _watch(self, done: Exploration) -> None:
        self._underway = done

    def _report(self, done: Exploration, variant: LoadedVariant) -> None:
        self._underway = None
        lines = exploration_text(done, keeper(variant, self._circumstances))
        lines[0] += self._took(done)
        self._write("\n".join(f"  {line}" for line in lines))
        self.broken = self.broken or bool(done.breaches)
        self.undone = self.undone or isinstance(done, NotDone)

    def _took(self, done: Exploration) -> str:
        """How long it took, and how many runs that were a second."""
        seconds = max(self._real.lap(), 1e-3)
        return f" ({seconds:.1f} s, {done.run / seconds:,.0f} runs a second)" if done.run else ""

    def _write(self, text: str) -> None:
        self.progress.clear()
        click.echo(text)
