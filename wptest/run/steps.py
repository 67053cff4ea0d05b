"""Playing steps, in the timeline and beside it: waiting for what triggers one, doing it, noting what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from engine.kernel import sleep
from engine.kernel.scheduler import Task
from engine.machine import Program
from engine.text.source_text import KeyPath
from engine.units import format_duration
from wptest.judge.found import found_now
from wptest.judge.users.user_code import UserCodeError
from wptest.run.lasting import as_evidence, ended_by
from wptest.run.proving.databases import reached
from wptest.run.proving.failing_sinks import still_failing
from wptest.run.proving.inexact_moments import expected, late
from wptest.run.proving.missing_inputs import missing_inputs
from wptest.run.waiting import LimitError, StuckError
from wptest.run.world import World
from wptest.words.change import Keys, StepChange
from wptest.words.doings import LaterDoings
from wptest.words.expect import Check
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome
from wptest.words.stage import NotRunningError, UnsupportedError
from wptest.words.step import Step
from wptest.words.verb import Chapter

_FAILED = (Failure.STUCK, Failure.LIMIT, Failure.OWN_CODE)


class Steps:
    """The steps of a chapter of the scenario; what they find is added to the `findings` of the run.

    Attributes:
        started: the programs that the steps started.
        changes: what the steps changed by hand, faults too, and what programs do from then on.
    """

    chapter: ClassVar[Chapter]

    def __init__(self, world: World, findings: list[Finding]) -> None:
        self.findings = findings
        self.started: list[tuple[int, Program]] = []
        self.changes: list[tuple[int, StepChange, LaterDoings]] = []
        self._world = world
        self._last_step = 0

    def in_force(self) -> Iterator[tuple[KeyPath, str, str]]:
        """The faults that were put into force: where, which, and the pattern of their files."""
        for index, change, _ in self.changes:
            yield from (((self.chapter, index), name, pattern) for name, pattern in change.faults())

    def note_pointless(self) -> None:
        """Note faults that never bit, and changes that made no difference to anything: they prove as little.

        Of faults on databases more is said elsewhere.
        """
        for index, change, done in self.changes:
            if self._world.subject.is_real and change.is_seen_by_nobody:
                continue
            found = change.pointless(done)
            if found is not None and not any(reached(self._world, pattern) for _, pattern in change.faults()):
                why = found.why
                self._note(index, change.code, found.message, found.keys, why.evidence, help_=why.help)

    @property
    def _now(self) -> int:
        return self._world.machine.scheduler.now

    async def _trigger(self, index: int, step: Step) -> None:
        if step.trigger is not None:
            moment = step.trigger.moment
            if moment is not None and moment < self._now:
                times = f"at {format_duration(moment)}, it is {format_duration(self._now)}"
                message, help_ = f"step {index + 1} should be {times}", "give it a later time, or use 'after'"
                self._note(index, Failure.TOO_LATE, message, (step.trigger.key,), help_=help_)
            await step.trigger.come(self._world, self._last_step)
        before = self._world.scenario.when[index - 1] if self.chapter == "when" and index else None
        self._world.doubts += late(self._world, index, step, before)

    async def _act(self, index: int, step: Step) -> None:
        known = len(self._world.programs)
        done = self._world.doings.from_now()
        try:
            for change in await step.verb.do(self._world):
                self.changes.append((index, change, done))
                since = f"since step {index + 1}{'' if self.chapter == 'when' else f' of {self.chapter}'}"
                self._world.lasting.note(since, change)
            if step.verb.check is not None:
                self._expect(index, step.verb.check)
        except NotRunningError as error:
            help_ = "let it come earlier, while the program is at work"
            self._no_effect(index, f"{error} doesn't run", help_)
        except UserCodeError as trouble:
            code = Failure.OWN_CODE if trouble.outcome is Outcome.FAILED else Failure.NOTHING_TO_CHECK
            self._note(index, code, trouble.message, (step.verb.key,), trouble.evidence)
        except UnsupportedError as error:
            self._no_effect(index, str(error))
        except OSError as error:
            self._no_effect(index, f"{error.strerror} ({error.filename})")
        finally:
            self.started += [(index, program) for program in self._world.programs[known:]]

    def _no_effect(self, index: int, why: str, help_: str = "") -> None:
        self._note(index, Failure.NO_EFFECT, f"step {index + 1} had no effect: {why}", help_=help_)

    def _expect(self, index: int, check: Check) -> None:
        with self._world.subject.still():
            self.findings += expected(self._world, check.words, (self.chapter, index, "check"))
            self.findings += self._world.invariants.at_quiet_point()

    def _stuck(self, index: int, step: Step) -> None:
        """A step waits for what doesn't come: what is in force may be in its way."""
        self._world.waited_in_vain = True
        found, failing = self._world.lasting.now(), still_failing(self._world)
        message, help_ = f"{step.verb.key}: {self._world.waiting.given_up}", ended_by(found, "before this step")
        failed = [str(failing)] if failing is not None else []
        evidence = [*missing_inputs(self._world), *failed, *as_evidence(found)]
        self._note(index, Failure.STUCK, message, evidence=evidence, help_=help_)

    def _never_triggered(self, index: int, step: Step) -> None:
        so_far = [*step.trigger.so_far(self._world)] if step.trigger is not None else []
        evidence = [*so_far, f"when it was given up: {self._world.waiting.given_up}"]
        message = f"step {index + 1} ({step.verb.key}) was never triggered"
        help_ = "let it wait for something that happens: 'wptest timeline' shows what does"
        self._note(index, Failure.NEVER_TRIGGERED, message, ("upon",), evidence, help_=help_)
        self._world.doubts.append(": ".join([message, *so_far[:1]]))

    def _note(
        self,
        index: int,
        code: Failure,
        message: str,
        keys: Keys = (),
        evidence: Iterable[str] = (),
        *,
        help_: str = "",
    ) -> None:
        """Note a finding about a step, or about what it has under `keys`."""
        outcome = Outcome.FAILED if code in _FAILED else Outcome.UNVERIFIED
        name, path = f"{self.chapter}.{index}", (self.chapter, index, *keys)
        found = found_now(
            self._world.machine, code, message, outcome, name=name, path=path, evidence=evidence, help_=help_
        )
        self.findings.append(found)


class Director(Steps):
    """Takes the steps of `when` in order: waits for a step's trigger, does its action, goes on to the next."""

    chapter = "when"

    async def play(self) -> None:
        """Play the whole timeline, or as much of it as the scenario's limit has room for."""
        for index, step in enumerate(self._world.scenario.when):
            try:
                await self._take(index, step)
            except LimitError:
                message = f"the limit of {format_duration(self._now)} is over at step {index + 1} ({step.verb.key})"
                self._note(index, Failure.LIMIT, message)
                return

    async def _take(self, index: int, step: Step) -> None:
        try:
            await self._trigger(index, step)
        except StuckError:
            self._never_triggered(index, step)
            return
        self._world.machine.emit("wptest", "step", number=index + 1, does=step.verb.key)
        try:
            await self._act(index, step)
        except StuckError:
            self._stuck(index, step)
        self._last_step = self._now
        if step.verb.nature.settles:
            with self._world.subject.still():
                self.findings += self._world.invariants.at_quiet_point()


class MeanwhilePlayer(Steps):
    """Waits for the trigger of each step, in a task of its own, until the timeline is over."""

    chapter = "meanwhile"

    def begin(self) -> None:
        """Let every step wait for its moment."""
        scheduler = self._world.machine.scheduler
        self._waiting: dict[int, Task] = {
            index: scheduler.spawn(self._take(index, step))
            for index, step in enumerate(self._world.scenario.meanwhile)
        }
        self._world.waiting.endless.update(self._waiting.values())

    def end(self) -> None:
        """The timeline is over: whose moment hasn't come, it won't."""
        for index, task in self._waiting.items():
            if not task.done:
                self._world.machine.scheduler.discard(task)
                self._never_triggered(index, self._world.scenario.meanwhile[index])

    async def _take(self, index: int, step: Step) -> None:
        if step.trigger is not None and step.trigger.moment is not None:
            await sleep(step.trigger.moment)
        else:
            await self._trigger(index, step)
        self._world.machine.emit("wptest", "meanwhile", number=index + 1, does=step.verb.key)
        await self._act(index, step)
