"""`heal: true`: switch every fault off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, final

from wptest.words.change import Pointless, StepChange, Why
from wptest.words.doings import LaterDoings
from wptest.words.registry import nothing
from wptest.words.stage import Stage
from wptest.words.verb import Nature, Snippet, Stands, Verb, no_program, no_time


@dataclass(frozen=True, slots=True)
class Healed(StepChange):
    """So many faults were ended that could still have bitten."""

    ended: int

    def pointless(self, _done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`."""
        if self.ended:
            return None
        why = Why((), "take the step out, or put it where a fault is there")
        return Pointless(("heal",), "there was no fault to be healed", why)


@final
class Heal(Verb[Literal[True]]):
    """Switch every fault off, of storage and of requests."""

    key = "heal"
    order = 80
    examples = ()
    value = Literal[True]
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (Snippet("end all faults", "Switch every fault off", {"heal": True}, "cleanup"),)
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    takes = no_time
    lives = no_program
    obstacles = hits = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        from engine.servers.on_machine import servers_of  # noqa: PLC0415 - for a run only

        now = stage.machine.scheduler.now
        ended = sum(not rule.is_over(now) for rule in stage.machine.storage.faults.heal())
        for server in servers_of(stage.machine):
            ended += sum(not rule.is_over(now) for rule in server.faults.heal())
        return [Healed(ended)]
