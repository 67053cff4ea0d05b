"""What is done after a crash: start again, recover, check, recover once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.kernel import sleep
from engine.machine import Machine
from engine.programs.command import Command, parse_command
from engine.rescue.recovery import EXIT_REMAINS
from engine.servers.on_machine import processes_of
from engine.storage.disk_port import files_below
from engine.units import SECOND
from wptest.explore.crashes.crash_state import CrashState, Key, aftermath_key, owed_key
from wptest.explore.crashes.promised import OwedLines
from wptest.explore.crashes.read_set import names_key
from wptest.explore.crashes.recollection import Recollection
from wptest.explore.crashes.recorder import (
    CrashCounts,
    Finder,
    Recorder,
    SplitDisk,
    disk_for,
    no_preparation,
)
from wptest.explore.troubles.kinds import Troubles
from wptest.explore.troubles.strikes import Strike, strike_all
from wptest.judge.debts import Left
from wptest.judge.found import found_now
from wptest.judge.line_counts import NONE, both, either
from wptest.judge.rescue_names import has_locked_name
from wptest.run.aftermath import Aftermath
from wptest.run.bounds import bounded
from wptest.run.collector import WithoutCollector
from wptest.run.headway import Headway
from wptest.run.running import Prepare, has_python_sinks
from wptest.run.waiting import StuckError
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.failures import Failure
from wptest.words.finding import Finding

if TYPE_CHECKING:
    from engine.servers.server import DatabaseServer

_UNLOCK = parse_command("wproj rescue unlock")
_READ_ON = parse_command("wparse batch")
_WORK = parse_command("wprescue work")
_MAX_STEPS = 10_000_000
_DONE = (0, EXIT_REMAINS)


@dataclass(frozen=True, slots=True)
class Restarted:
    """What came of a restart: what doesn't hold, and what there was to explore in it."""

    findings: tuple[Finding, ...]
    counts: CrashCounts


def unrecorded(options: RunOptions) -> RunOptions:
    """The options without what nobody reads here: log files, which also tell equal disks apart, and the hash."""
    return replace(options, log_files=False, hashed=False)


class Restart:
    """Starts the machine again after crashes, and recovers: an operator's way, with every trouble over.

    The input is read on where the project keeps its position, and not again where it doesn't (D36): that would be
    another story.
    """

    def __init__(self, variant: LoadedVariant, options: RunOptions, troubles: Troubles) -> None:
        self._variant = variant
        self._troubles = troubles
        self._fast = replace(variant, project=replace(variant.project, speed_limit=0))
        self._options = unrecorded(options.within(variant.scenario))
        self._held, self._written_off, self._at_rest = Recollection(), Recollection(), Recollection()
        # Their programs keep in memory what they have read of the disk.
        self._recalls = not (variant.project.servers or has_python_sinks(variant))
        self._keeps_no_lines = [sink.id for sink in variant.project.sinks if sink.path is None]

    def run(
        self,
        state: CrashState,
        finder: Finder | None = None,
        prepare: Prepare = no_preparation,
        strikes: Sequence[Strike] = (),
    ) -> Restarted:
        """Recover from `state`; `finder` is told of every trouble that could come in it, and what that leaves.

        With `strikes` in it, recovery is started once more behind them, and each database server that they have
        ended a second later. When there is neither, nothing stops it half-way, so it runs without a speed limit.
        `prepare` may do something to the world before anything happens in it.
        """
        with WithoutCollector():
            if finder is None and not strikes and prepare is no_preparation and self._recalls:
                return self._run_unless_known(state)
            return self._run(state, finder, prepare, strikes)

    def _run_unless_known(self, state: CrashState) -> Restarted:
        """Recover, unless what a recovery looks at is as it was before one in which everything has held."""
        key = self._key(state)
        if self._held.knows(key, lambda question: question.put_to(state.snapshot)):
            return Restarted((), CrashCounts())
        disk = self._disk(state)
        looked_at = disk.observe()
        findings = self._play_unless_known(self._restarted(self._fast, disk, state), disk)
        if not findings:
            self._held.keep(key, looked_at.asked)
        return Restarted(tuple(findings), CrashCounts())

    def _key(self, state: CrashState) -> Key:
        """The same for states that differ in nothing but what is in their files."""
        is_power_loss = state.crashes[-1].kind == "power-loss"
        promised = owed_key(state.promised.lines) if is_power_loss else b""
        return hash((names_key(state.snapshot), self._left_key(state.aftermath), is_power_loss, promised))

    def _left_key(self, left: Aftermath) -> Key:
        return hash((aftermath_key(left), *[left.delivered.get(sink) for sink in self._keeps_no_lines]))

    def _play_unless_known(self, world: World, disk: SplitDisk) -> list[Finding]:
        """The same, now that it is written off what a power loss took: a kill often leaves equal books."""
        looked_at, debts = disk.observe(), world.ledger.debts
        left = self._left_key(world.aftermath(Left(world.ledger.dues.lines(), debts.doubtful)))
        key = hash((looked_at.names, left, *map(owed_key, debts.until_recovered)))
        if self._written_off.knows(key, disk.ask):
            return []
        findings = self._play(world, disk, None, again=False)
        if not findings:
            self._written_off.keep(key, looked_at.asked)
        return findings

    def _run(
        self, state: CrashState, finder: Finder | None, prepare: Prepare, strikes: Sequence[Strike]
    ) -> Restarted:
        disk = self._disk(state)
        world = self._restarted(
            self._fast if finder is None and not strikes else self._variant, disk, state, prepare
        )
        strike_all(strikes, self._troubles.during, world)
        if strikes:
            for server in processes_of(world.machine):
                _keep_up(server, world.machine)
        recorder = None
        if finder is not None:
            recorder = Recorder(
                world, disk, self._troubles, promised=state.promised, crashes=state.crashes, finder=finder
            )
        findings = self._play(world, disk, recorder, again=bool(strikes))
        return Restarted(tuple(findings), recorder.counts if recorder is not None else CrashCounts())

    def _disk(self, state: CrashState) -> SplitDisk:
        disk = disk_for(self._troubles)
        disk.restore(state.snapshot)
        return disk

    def _restarted(
        self, variant: LoadedVariant, disk: SplitDisk, state: CrashState, prepare: Prepare = no_preparation
    ) -> World:
        """The machine that has been started again, with what is owed now."""
        world = World(variant, disk, self._options, state.aftermath)
        world.end_timeline()
        world.machine.faultless = True
        prepare(world)
        world.machine.emit("wptest", "restarted")
        world.ledger.forgives_rereading = True  # what was read behind the position that is kept may come twice
        if state.crashes[-1].kind == "power-loss":
            world.ledger.debts.write_off_all_but(_promised(world, state))
        return world

    def _play(self, world: World, disk: SplitDisk, recorder: Recorder | None, *, again: bool) -> list[Finding]:
        findings: list[Finding] = []

        async def play() -> None:
            await _go_on(world)
            if recorder is not None:
                recorder.end()
            if again:
                world.machine.storage.faults.heal()
                await _go_on(world)
            findings.extend(_unfinished(world))
            findings.extend(world.invariants.at_end(world.programs))
            findings.extend(await self._once_more(world, disk))

        scheduler = world.machine.scheduler
        try:
            with bounded(self._options.timeout, findings, world.machine):
                scheduler.run(scheduler.spawn(play()), max_steps=_MAX_STEPS, bound=Headway(world))
        except StuckError:
            findings.append(_stuck(world))
        return findings

    async def _once_more(self, world: World, disk: SplitDisk) -> list[Finding]:
        """One more recovery changes nothing; what is known to be at rest is not tried again."""
        looked_at = disk.observe()
        key = looked_at.names
        if self._at_rest.knows(key, disk.ask):
            return []
        await _run(world, _WORK)
        if not looked_at.is_unchanged(disk.snapshot()):
            message = "one more recovery changed something"
            return [_finding(world, Failure.RECOVERY_IDEMPOTENT, message)]
        self._at_rest.keep(key, looked_at.asked)
        return []


def _promised(world: World, state: CrashState) -> OwedLines:
    """What no power loss may take: where the position of the input is kept, also what still stands in that."""
    promised = state.promised.lines
    if not world.project.source.keeps_position:
        return promised
    owed, there = world.ledger.dues.lines(), world.ledger.dues.in_the_input()
    return {
        target: either(promised.get(target, NONE), both(lines, there.get(target, NONE)))
        for target, lines in owed.items()
    }


def _keep_up(server: DatabaseServer, machine: Machine) -> None:
    """Start a server again whenever it has ended: the recovery waits for it, and nobody else would."""

    async def start_again() -> None:
        await sleep(SECOND)
        server.start()
        _keep_up(server, machine)

    def plan() -> None:
        machine.scheduler.spawn(start_again())

    if server.process is not None:
        server.process.on_end.append(plan)


async def _go_on(world: World) -> None:
    """Read on, if the position of the input is kept, and recover."""
    if world.project.source.keeps_position and world.machine.disk.exists(world.project.source.path):
        await _run(world, _READ_ON)
    await _recover(world)


async def _recover(world: World) -> None:
    if any(map(has_locked_name, files_below(world.machine.disk, world.project.rescue_root))):
        await _run(world, _UNLOCK)
    await _run(world, _WORK)


async def _run(world: World, command: Command) -> None:
    program = world.start(command)
    await world.waiting.until_ended(program.process)


def _unfinished(world: World) -> list[Finding]:
    """A recovery that ends badly although all trouble is over."""
    program = world.programs[-1]
    if program.process.exit_code in _DONE:
        return []
    message = f"wprescue ended with {program.process.exit_code} although all trouble is over"
    return [_finding(world, Failure.NO_STARVATION, message)]


def _stuck(world: World) -> Finding:
    return _finding(
        world, Failure.NO_STARVATION, f"{world.waiting.running} doesn't end although all trouble is over"
    )


def _finding(world: World, code: Failure, message: str) -> Finding:
    return found_now(world.machine, code, message, name=code.name.lower())
