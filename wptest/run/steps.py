"""Taking a step: waiting for what triggers it, doing what it says, noting what came of it."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Literal

from engine.kernel import Event
from engine.machine import Program
from engine.storage import FaultRule
from engine.storage.modes import ModeChange
from engine.text.source_text import KeyPath
from engine.units import format_duration
from wptest.judge.found import found_now
from wptest.judge.user_code import UserCodeError, user_code
from wptest.run.act import act
from wptest.run.changes import Change, Keys, pointless
from wptest.run.databases import reached
from wptest.run.doubt import expected, late
from wptest.run.hand import UnsupportedError
from wptest.run.lasting import ended_by, evidence_of
from wptest.run.stillness import still_failing
from wptest.run.unbitten import why_unbitten
from wptest.run.user_faults import Hand
from wptest.run.world import World
from wptest.shapes.extension import Call
from wptest.text.wording import so_many
from wptest.words import actions
from wptest.words.doings import Done
from wptest.words.failures import Failure
from wptest.words.faults import Fault
from wptest.words.finding import Finding, Outcome
from wptest.words.steps import Step

_FAILED = (Failure.STUCK, Failure.LIMIT, Failure.OWN_CODE)


Chapter = Literal["when", "meanwhile"]


class Steps:
    """The steps of a chapter of the scenario.

    Attributes:
        findings: what the steps found, in order.
        faults: the fault rules that the steps put into force, with their steps' places and what was done before.
        hands: what somebody's own faults, by name, acted through.
        started: the programs that the steps started.
        changes: what the steps changed by hand, and what programs had done until then.
    """

    chapter: ClassVar[Chapter]
    endless: ClassVar[bool]  # whether a trigger is waited for as long as the run takes

    def __init__(self, world: World) -> None:
        self.findings: list[Finding] = []
        self.faults: list[tuple[int, FaultRule, Mapping[Done, int]]] = []
        self.hands: list[tuple[int, str, Hand]] = []
        self.started: list[tuple[int, Program]] = []
        self.changes: list[tuple[int, Change, Mapping[Done, int]]] = []
        self._world = world
        self._last_step = 0

    def unbitten(self) -> list[Finding]:
        """The faults that never bit: they prove nothing. Of those on databases more is said elsewhere."""
        unbitten = [
            (
                index,
                f"the fault {rule.name} on {rule.pattern} never bit",
                why_unbitten(rule, self._world.doings, before),
            )
            for index, rule, before in self.faults
            if not rule.bitten and not reached(self._world, rule.pattern)
        ]
        unbitten += [
            (index, f"the fault {name} changed nothing, and never bit", hand.why_not)
            for index, name, hand in self.hands
            if not hand.took_effect and not any(reached(self._world, each) for each in hand.patterns)
        ]
        return [
            self._finding(index, Failure.NEVER_BIT, message, ("fault",), why.evidence, help_=why.help)
            for index, message, why in unbitten
        ]

    def in_force(self) -> Iterator[tuple[KeyPath, str, str]]:
        """The faults that were put into force: where, which, and the pattern of their files."""
        for index, rule, _ in self.faults:
            yield (self.chapter, index), rule.name, rule.pattern
        for index, name, hand in self.hands:
            yield from (((self.chapter, index), name, pattern) for pattern in hand.patterns)

    def pointless(self) -> list[Finding]:
        """The changes that made no difference to anything: they prove as little."""
        doings = self._world.doings
        found = [
            (index, pointless(change, doings, before))
            for index, change, before in self.changes
            if not (
                self._world.subject.is_real and isinstance(change, ModeChange) and change.takes
            )  # nobody sees it
        ]
        return [
            self._finding(
                index, Failure.CHANGED_NOTHING, each.message, each.keys, each.why.evidence, help_=each.why.help
            )
            for index, each in found
            if each is not None
        ]

    @property
    def _now(self) -> int:
        return self._world.machine.scheduler.now

    async def _trigger(self, index: int, step: Step) -> None:
        await self._wait_for(index, step)
        steps = self._world.scenario.when
        before = steps[index - 1] if self.chapter == "when" and index else None
        self._world.doubts += late(self._world, index, step, before)

    async def _wait_for(self, index: int, step: Step) -> None:
        match step.trigger:
            case actions.At(time):
                if time < self._now:
                    late = (
                        f"step {index + 1} should be at {format_duration(time)}, it is {format_duration(self._now)}"
                    )
                    self._note(index, Failure.TOO_LATE, late, ("at",), help_="give it a later time, or use 'after'")
                await self._world.waiting.pause(max(0, time - self._now))
            case actions.After(duration):
                await self._world.waiting.pause(max(0, self._last_step + duration - self._now))
            case actions.UponLines(sink, lines):
                await self._until_lines(sink, lines)
            case actions.UponEvent(kind):
                await self._world.waiting.until_event(kind, lambda _event: True, endless=self.endless)
            case actions.UponLog(process, pattern):
                await self._world.waiting.until_event(
                    "log",
                    lambda event: event.process == process and pattern.matches(str(event.fields["message"])),
                    endless=self.endless,
                )
            case actions.UponOperation(operation, files, nth):
                await self._world.waiting.until_operation(operation, files, nth, endless=self.endless)
            case None:
                return

    async def _until_lines(self, name: str, lines: int) -> None:
        sink = self._id_of(name)
        deliveries = self._world.machine.deliveries
        if deliveries.total(sink) >= lines:
            return
        deliveries.stop_at(sink, lines)

        def reached(event: Event) -> bool:
            return event.fields["sink"] == sink and int(event.fields["total"] or 0) >= lines

        await self._world.waiting.until_event("sink.delivered", reached, endless=self.endless)

    def _id_of(self, sink: str) -> str:
        """What the engine calls a sink that the scenario may call by its full name."""
        found = self._world.project.sink(sink)
        return sink if found is None else found.id

    async def _act(self, index: int, action: actions.Action) -> None:
        world = self._world
        match action:
            case actions.Inject(fault):
                self._inject(index, fault)
            case actions.CallFault(call):
                self._call(index, call)
            case actions.CheckNow(check):
                with world.subject.still():
                    self.findings += expected(world, check.words, (self.chapter, index, "check"))
                    self.findings += world.invariants.at_quiet_point()
            case actions.Signal(process, _) | actions.Kill(process) if not self._runs(process):
                message = f"step {index + 1} had no effect: {process} doesn't run"
                self._note(
                    index, Failure.NO_EFFECT, message, help_="let it come earlier, while the program is at work"
                )
            case _:
                await self._do(index, action)

    def _runs(self, process: str) -> bool:
        return any(program.name == process for program in self._world.alive)

    async def _do(self, index: int, deed: actions.Deed) -> None:
        known = len(self._world.programs)
        try:
            before = self._world.doings.times.copy()
            for change in await act(self._world, deed):
                self.changes.append((index, change, before))
                self._world.lasting.note(self._since(index), change)
        except UnsupportedError as error:
            self._note(index, Failure.NO_EFFECT, f"step {index + 1} had no effect: {error}")
        except OSError as error:
            self._note(
                index, Failure.NO_EFFECT, f"step {index + 1} had no effect: {error.strerror} ({error.filename})"
            )
        finally:
            self.started += [(index, program) for program in self._world.programs[known:]]

    def _inject(self, index: int, fault: Fault) -> None:
        rule = FaultRule(
            fault.on.pattern,
            frozenset(fault.operations),
            errno=getattr(errno, fault.errno) if fault.errno else None,
            delay=fault.slow or 0,
            written=fault.torn or fault.short,
            since=self._now,
            until=None if fault.duration is None else self._now + fault.duration,
            nth=fault.nth,
            times=fault.times,
        )
        self._world.machine.storage.faults.add(rule)
        self._world.lasting.note(self._since(index), rule)
        self.faults.append((index, rule, dict(self._world.doings.times)))

    def _call(self, index: int, call: Call) -> None:
        assert call.extension is not None, "a scenario whose extensions can't be read is not run"
        hand = Hand(self._world, call.key)
        try:
            with user_code(call.extension):
                call.extension.object(hand, **call.values)
        except UserCodeError as trouble:
            code = Failure.OWN_CODE if trouble.outcome is Outcome.FAILED else Failure.NOTHING_TO_CHECK
            self._note(index, code, trouble.message, ("fault",), trouble.evidence)
        else:
            self.hands.append((index, call.key, hand))

    def _since(self, index: int) -> str:
        """How long something lasts that a step has begun."""
        return f"since step {index + 1}{'' if self.chapter == 'when' else f' of {self.chapter}'}"

    def _stuck(self, index: int, step: Step) -> None:
        """A step waits for what doesn't come: what is in force may be in its way."""
        found, failing = self._world.lasting.now(), still_failing(self._world)
        message, help_ = f"{step.verb}: {self._world.waiting.given_up}", ended_by(found, "before this step")
        evidence = [*([str(failing)] if failing is not None else []), *evidence_of(found)]
        self._note(index, Failure.STUCK, message, evidence=evidence, help_=help_)

    def _never_triggered(self, index: int, step: Step) -> None:
        evidence = [f"when it was given up: {self._world.waiting.given_up}"]
        if isinstance(step.trigger, actions.UponLines):
            got = self._world.machine.deliveries.total(self._id_of(step.trigger.sink))
            evidence.insert(0, f"{step.trigger.sink} has got: {so_many(got)}")
        message = f"step {index + 1} ({step.verb}) was never triggered"
        help_ = "let it wait for something that happens: 'wptest timeline' shows what does"
        self._note(index, Failure.NEVER_TRIGGERED, message, ("upon",), evidence, help_=help_)
        self._world.doubts.append(message)

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
        self.findings.append(self._finding(index, code, message, keys, evidence, help_=help_))

    def _finding(
        self,
        index: int,
        code: Failure,
        message: str,
        keys: Keys = (),
        evidence: Iterable[str] = (),
        *,
        help_: str = "",
    ) -> Finding:
        """A finding about a step, or about what it has under `keys`."""
        outcome = Outcome.FAILED if code in _FAILED else Outcome.UNVERIFIED
        name, path = f"{self.chapter}.{index}", (self.chapter, index, *keys)
        machine = self._world.machine
        return found_now(machine, code, message, outcome, name=name, path=path, evidence=evidence, help_=help_)
