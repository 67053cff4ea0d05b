"""Runs a scenario on the engine and, several times, on real programs, and compares what was seen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.behaviour import Behaviour
from wptest.agreement.observing import LAST_LOOK, ROOT_ON_ENGINE, Onlooker, as_run
from wptest.agreement.recorded_steps import first_pace, recorded_steps
from wptest.recordings.case import Case
from wptest.recordings.comparing import Difference, disagreements
from wptest.recordings.played import PlayedCase, UnplayableError
from wptest.run.against_processes import larger_rooms, run_on_processes
from wptest.run.outset import shared_out
from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.subject.coarseness import approximations
from wptest.subject.dialect import WPTEST
from wptest.subject.own_phases import in_its_phases
from wptest.subject.programs import Programs
from wptest.subject.projects.line_kinds import has_samples_alone
from wptest.subject.projects.project_files import texts_of
from wptest.subject.projects.seed_layout import CONF
from wptest.words.failures import Failure
from wptest.words.finding import Outcome

_IN_OWN_WORDS = (Failure.LOG, Failure.METRICS)
_Verdict = Literal["agrees", "DIFFERS", "can't tell", "not run"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of one variant.

    Attributes:
        engine: how the run on the engine ended, in a word.
        real: how the runs of the real programs ended, in their order; none where they can't do it.
        differences: what was seen otherwise on the engine than in any run of the real programs, or between these.
        doubts: what was otherwise than on the engine, moments or sizes, so that a difference proves nothing.
        reasons: why it was not run.
        case: what was seen of the real programs, as a recording, with steps where recordings have words for them.
        unrecorded: why its steps are in no words of recordings; empty where they are.
        differing: the engine's run and the first of the real programs', where something was seen otherwise.
    """

    name: str
    engine: str = ""
    real: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    doubts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    case: Case | None = None
    unrecorded: str = ""
    differing: tuple[Result, ...] = ()

    @property
    def verdict(self) -> _Verdict:
        """The verdict in a word or two."""
        if self.reasons:
            return "not run"
        if not self.differences:
            return "agrees"
        return "can't tell" if self.doubts else "DIFFERS"

    @property
    def outcomes(self) -> str:
        """How the real programs' runs ended: `passed`, or `2 failed, 1 passed`."""
        counted = Counter(self.real)
        if len(counted) == 1:
            return self.real[0]
        return ", ".join(f"{times} {outcome}" for outcome, times in sorted(counted.items()))


def agreement(
    variant: LoadedVariant, programs: Programs, behaviour: Behaviour, options: RunOptions, times: int
) -> Agreement:
    """Run a variant on the engine with a behaviour, whose sinks go down as real ones do, and on real programs.

    Raises:
        NoPlaceError: there is no room for real files.
    """
    if otherwise := list(approximations(variant, programs.dialect)):
        return Agreement(variant.name, reasons=tuple(otherwise))
    real: list[tuple[Result, PlayedCase]] = []
    doubts = [*larger_rooms(variant)]
    for _ in range(times):
        observer = Onlooker(variant)
        result = run_on_processes(variant, programs, options, prepare=observer.watch)
        reasons = [finding.message for finding in result.findings if finding.code is Failure.NOT_EXPRESSIBLE]
        if reasons:
            return Agreement(result.name, reasons=tuple(reasons))
        real.append((result, observer.played(result)))
        doubts += observer.doubts
    variant = in_its_phases(variant, programs.dialect)
    observer = Onlooker(variant)
    there = replace(options, behaviour=behaviour, root=ROOT_ON_ENGINE, work_root=ROOT_ON_ENGINE)
    result = run_variant(variant, there, observer.watch)
    case, unrecorded = _case(variant, programs, [played for _, played in real])
    differences = (
        *_of_outcomes(result, [each for each, _ in real]),
        *_of_failures(result, [each for each, _ in real]),
        *_of_what_was_seen(case, observer.played(result), programs),
    )
    return Agreement(
        result.name,
        engine=result.outcome.value,
        real=tuple(each.outcome.value for each, _ in real),
        differences=differences,
        doubts=tuple(dict.fromkeys(doubts)),
        case=replace(case, doubts=tuple(dict.fromkeys(doubts))),
        unrecorded=unrecorded,
        differing=(result, real[0][0]) if differences else (),
    )


def _of_what_was_seen(case: Case, played: PlayedCase, programs: Programs) -> list[Difference]:
    """What was seen otherwise; how long our own programs take is a matter of how long Python takes to start."""
    found = disagreements(case, played)
    return [each for each in found if each.facet != "seconds" or programs.speaks != WPTEST.name]


def _of_outcomes(engine: Result, real: Sequence[Result]) -> list[Difference]:
    """Where both can tell: a run that was missed a moment of real time is unverified, and says nothing."""
    seen = {each.outcome.value for each in real}
    if engine.outcome.value in seen or "unverified" in (engine.outcome.value, *seen):
        return []
    return [Difference("outcome", engine.name, " | ".join(sorted(seen)), engine.outcome.value)]


def _of_failures(engine: Result, real: Sequence[Result]) -> Iterator[Difference]:
    """What failed on one side alone; what is unverified there may have been so for all that anybody can tell.

    What programs log and report they say in words of their own.
    """
    ours, theirs = _codes(engine), [_codes(each) for each in real]
    always = set.intersection(*(failed for failed, _ in theirs))
    sometimes = set[str]().union(*(failed | doubted for failed, doubted in theirs))
    if alone := ours[0] - sometimes:
        yield Difference("failures", engine.name, "none of these", ", ".join(sorted(alone)))
    if alone := always - ours[0] - ours[1]:
        yield Difference("failures", engine.name, ", ".join(sorted(alone)), "none of these")


def _codes(result: Result) -> tuple[set[str], set[str]]:
    """The codes of what failed in a run, and of what may have."""
    told = [each for each in result.findings if each.code not in _IN_OWN_WORDS]
    failed = {str(each.code) for each in told if each.outcome is Outcome.FAILED}
    return failed, {str(each.code) for each in told} - failed


def _case(variant: LoadedVariant, programs: Programs, runs: Sequence[PlayedCase]) -> tuple[Case, str]:
    """What was seen, as a case; and why recordings have no words for its steps, if they have none."""
    title = variant.scenario.scenario + (f": {variant.id}" if variant.id else "")
    name = re.sub(r"[^\w.]+", "-", title).strip("-")
    told = tuple(as_run(number, played, programs.dialect) for number, played in enumerate(runs, 1))
    case = Case(name, title, (), {}, as_user=False, runs=told)
    layout = programs.dialect.layout
    if variant.directory is not None or layout is None:
        return case, "a project in a directory"
    project = shared_out(variant.project, variant.scenario.given.outset)
    of_samples = has_samples_alone(variant)

    def files(limit: int) -> dict[str, str]:
        return texts_of(replace(project, speed_limit=limit), layout, of_samples=of_samples)

    try:
        steps = recorded_steps(variant, programs.dialect, LAST_LOOK, lambda limit: files(limit)[CONF])
    except UnplayableError as error:
        return case, str(error)
    return replace(case, steps=steps, project=files(first_pace(variant))), ""
