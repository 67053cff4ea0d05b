"""Random faults of a run: how each kind is drawn, and the scenario that has them.

Leaving kinds out finds more than having them all: a fault that ends a program early hides what another would show.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from engine.kernel.streams import RandomStreams
from engine.storage.faults import errors_of
from wptest.explore.baseline import Baseline, SeenOperation
from wptest.explore.made_equal import with_equal_lines
from wptest.explore.rewriting.edits import bare
from wptest.explore.rewriting.plain_scenario import PlainData
from wptest.explore.swarming.decisions import Decisions
from wptest.explore.troubles.course import PATIENCE
from wptest.scenario.load import LoadedVariant
from wptest.words.expectations.allowances import forgiving_kills
from wptest.words.explore import SwarmFault

_MOST_FAULTS = 3
_EQUAL = (1, 2, 3, 10)  # every so-manieth line
_FAILING = ("open", "append", "fsync", "rename", "remove", "sync_dir", "read", "list")
ONE_EACH: frozenset[SwarmFault] = frozenset({"equal", "sink"})  # a run has one of them at most


class Drawn(NamedTuple):
    """A fault: its kind, and the decisions that it was drawn by."""

    kind: SwarmFault
    decisions: tuple[int, ...] = ()


class FaultyRun(NamedTuple):
    """A run of a scenario, by the seed that draws the order of tasks, and by its faults."""

    seed: int
    faults: tuple[Drawn, ...]

    def with_effect(self, steps: Collection[int]) -> FaultyRun:
        """The same without those that had none: of the steps that it adds these had an effect, counted from 0."""
        faults, place = [], 0
        for fault in self.faults:
            if fault.kind in ONE_EACH or not fault.decisions:
                faults.append(fault)
                continue
            if place in steps:
                faults.append(fault)
            place += 1
        return FaultyRun(self.seed, tuple(faults))


class Lottery:
    """What faults of a scenario are drawn from.

    Attributes:
        variant: the scenario.
        baseline: what its programs do, and how long that takes.
        kinds: the kinds of fault that a run may have.
        operations: what can be struck.
    """

    def __init__(self, variant: LoadedVariant, baseline: Baseline, kinds: Sequence[SwarmFault]) -> None:
        self.variant = variant
        self.baseline = baseline
        self.kinds = kinds
        self.operations = list(baseline.operations)

    def run_of(self, seed: int) -> FaultyRun:
        """The run that a seed draws: some faults of some kinds."""
        random = RandomStreams(seed).stream("swarm")
        kinds = [kind for kind in self.kinds if random.random() < 1 / 2] or [random.choice(self.kinds)]
        faults = []
        for kind in kinds:
            times = 1 if kind in ONE_EACH else random.randint(1, _MOST_FAULTS)
            faults += [self.drawn(kind, random) for _ in range(times)]
        return FaultyRun(seed, tuple(faults))

    def drawn(
        self, kind: SwarmFault, random: Random, known: tuple[int, ...] = (), changed: int | None = None
    ) -> Drawn:
        """A fault of that kind. For `known` and `changed` see `Decisions`."""
        decisions = Decisions(random, known, changed)
        _DRAW[kind](self, decisions)
        return Drawn(kind, tuple(decisions.made))

    def strike(self, kind: SwarmFault, operation: SeenOperation, random: Random) -> Drawn:
        """A fault of that kind, which strikes operations, at one like this."""
        place = [each.key for each in _CHOSEN_FROM[kind](self)].index(operation.key)
        return self.struck(kind, place, random)

    def struck(self, kind: SwarmFault, place: int, random: Random) -> Drawn:
        """A fault at the operations with that number; half of those that last are there from the beginning."""
        _, decisions = self.drawn(kind, random, (place,))
        if kind == "storage" and random.random() < 1 / 2:
            decisions = (*decisions[:-1], 0)  # the moment is drawn last
        return Drawn(kind, decisions)

    def places(self, kind: SwarmFault) -> int:
        """How many operations a fault of that kind can strike; 0 if it strikes none."""
        return len(_CHOSEN_FROM[kind](self)) if kind in _CHOSEN_FROM else 0

    def can_strike(self, operation: SeenOperation) -> list[SwarmFault]:
        """The kinds of fault that can come at an operation."""
        return [kind for kind in self.kinds if kind in _CHOSEN_FROM and operation in _CHOSEN_FROM[kind](self)]

    def learn(self, seen: Iterable[SeenOperation]) -> None:
        """These can be struck as well, from now on; what was drawn before stays what it is."""
        known = {each.key: place for place, each in enumerate(self.operations)}
        for each in seen:
            place = known.get(each.key)
            if place is None:
                self.operations.append(each)
            elif self.operations[place].times < each.times:
                self.operations[place] = each

    def changes(self, run: FaultyRun) -> PlainData:
        """What a run adds to the scenario: steps for its `meanwhile`, and other parts of `given`."""
        steps: list[PlainData] = []
        given: PlainData = {}
        for kind, decisions in run.faults:
            made = _DRAW[kind](self, Decisions(RandomStreams(run.seed).stream("rest"), decisions))
            if kind in ONE_EACH:
                given |= made
            elif made:
                steps.append(made)
        return {"given": given, "meanwhile": steps}


def with_changes(variant: LoadedVariant, baseline: Baseline, changes: PlainData) -> PlainData:
    """The scenario with what a run adds to it.

    Its expectations go: they are for a run without faults. Lines that only a killed program had may get lost.
    """
    scenario = bare(variant.value)
    if changes["given"]:
        scenario["given"] = (scenario.get("given") or {}) | changes["given"]
    allow = forgiving_kills((scenario.get("then") or {}).get("allow", {}))
    limit = f"{(baseline.time + PATIENCE) // 1_000_000}ms"
    steps = [*scenario.get("meanwhile", ()), *changes["meanwhile"]]
    return {**scenario, "limit": limit, "meanwhile": steps, "then": {"allow": allow}}


_Draw = Callable[
    [Lottery, Decisions], PlainData
]  # a step, or parts of `given`; nothing where there is nothing to draw


def _moment(lottery: Lottery, draw: Decisions) -> str:
    return f"{draw.between(0, max(lottery.baseline.time // 1_000_000, 1))}ms"


def _failing(lottery: Lottery) -> Sequence[SeenOperation]:
    can_fail = [each for each in lottery.operations if errors_of(each.kind)]
    return [each for each in can_fail if each.kind in _FAILING] or can_fail


def _killing(lottery: Lottery) -> Sequence[SeenOperation]:
    return [each for each in lottery.operations if each.by_itself]


_CHOSEN_FROM: Mapping[SwarmFault, Callable[[Lottery], Sequence[SeenOperation]]] = {
    "storage": _failing,
    "kill": _killing,
}


def _storage(lottery: Lottery, draw: Decisions) -> PlainData:
    """Operations of one kind on one file that fail from some moment on: for some time, or so often."""
    operations = _failing(lottery)
    if not operations:
        return {}
    operation = draw.among(operations)
    fault: PlainData = {
        "on": operation.pattern,
        "fail": operation.kind,
        "errno": draw.among(errors_of(operation.kind)),
    }
    if draw.happens(1 / 2):
        fault["for"] = f"{draw.among((10, 100, 500, 2000))}ms"
    else:
        fault |= {"nth": draw.between(1, 5), "times": draw.between(1, 3)}
    return {"at": _moment(lottery, draw), "fault": fault}


def _clock(lottery: Lottery, draw: Decisions) -> PlainData:
    step = draw.among(("-1h", "-5s", "-1s", "1s", "1h"))
    change = {"step": step} if draw.happens(2 / 3) else {"truncate": draw.among(("1s", "10s"))}
    return {"at": _moment(lottery, draw), "clock": change}


def _kill(lottery: Lottery, draw: Decisions) -> PlainData:
    """A kill at some moment, or right before some operation of the program."""
    operations = _killing(lottery)
    if not operations:
        return {}
    operation = draw.among(operations)
    if draw.happens(1 / 3):
        return {"at": _moment(lottery, draw), "kill": operation.process}
    upon = {"operation": operation.kind, "on": operation.pattern, "nth": draw.between(1, operation.times)}
    return {"upon": upon, "kill": operation.process}


def _sink(lottery: Lottery, draw: Decisions) -> PlainData:
    """Other outages for the sinks that have some."""
    sinks = [sink.id for sink in lottery.variant.project.sinks if sink.kind.has_phases]
    phases = {
        sink: [
            f"{state} {draw.among((100, 300, 1000, 2500))}ms"
            for _ in range(draw.between(1, 3))
            for state in ("up", "down")
        ]
        for sink in sinks
    }
    return {"phases": phases} if phases else {}


def _equal(lottery: Lottery, draw: Decisions) -> PlainData:
    """Equal lines, which a recovery may be wrong about."""
    return with_equal_lines(lottery.variant, draw.among(_EQUAL))


_DRAW: Mapping[SwarmFault, _Draw] = {
    "storage": _storage,
    "clock": _clock,
    "kill": _kill,
    "sink": _sink,
    "equal": _equal,
}
