"""`fault: {on: ..., fail: ..., errno: ENOSPC}`: let operations of the programs go wrong from now on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

from engine.storage.faults import FaultRule
from wptest.words.change import InForce, Pointless, StepChange
from wptest.words.doings import LaterDoings
from wptest.words.failures import Failure
from wptest.words.faults.unbitten import why_unbitten
from wptest.words.obstacle import Beyond, Reason
from wptest.words.stage import Lives, Reality, Stage
from wptest.words.storage_fault import AnyFault, StorageFault
from wptest.words.verb import MAKES_TROUBLE, Hit, Nature, Operations, Snippet, Stands, Verb, no_time

if TYPE_CHECKING:
    from engine.machine import Machine


@dataclass(frozen=True, slots=True)
class FaultBegun(StepChange):
    """A rule for the programs' operations is in force."""

    code: ClassVar[Failure] = Failure.NEVER_BIT

    rule: FaultRule

    @property
    def subject(self) -> int:
        """See `StepChange.subject`: each is for itself."""
        return id(self.rule)

    def pointless(self, done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`."""
        if self.rule.took_effect:
            return None
        message = f"the fault {self.rule.name} on {self.rule.pattern} never bit"
        return Pointless(("fault",), message, why_unbitten(self.rule, done))

    def faults(self) -> Iterable[tuple[str, str]]:
        """See `StepChange.faults`."""
        yield self.rule.name, self.rule.pattern

    def in_force(self, machine: Machine, _first: StepChange) -> InForce | None:
        """See `StepChange.in_force`: until it is healed, spent or over."""
        rule = self.rule
        if rule not in machine.storage.faults.rules or rule.is_over(machine.scheduler.now):
            return None
        return InForce(f"the fault {rule.name} on {rule.pattern} is still there", "heal: true")


@final
class BeginFault(Verb[StorageFault]):
    """Switch a storage fault on."""

    key = "fault"
    order = 70
    examples = ({"on": "data/out_dat/**", "fail": ["write", "open"], "errno": "ENOSPC", "for": "2s"},)
    value = AnyFault
    stands = Stands(when=True, meanwhile=True, cleanup=MAKES_TROUBLE)
    snippets = (
        Snippet(
            "fault",
            "Let operations on files fail for a while",
            {
                "at": "${1:1s}",
                "fault": {
                    "on": "${2:data/out_dat/**}",
                    "fail": ["write", "open"],
                    "errno": "${3:ENOSPC}",
                    "for": "${4:2s}",
                },
            },
        ),
    )
    nature = Nature(keeps_back=True, may_miss=True, is_heard=False, settles=False)
    takes = no_time

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        return [FaultBegun(self.written.begin(stage.machine))]

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`: it may end any program that doesn't tolerate it."""
        lives.trouble_comes()

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_never(Beyond.FAULT)

    def hits(self) -> Iterable[Hit]:
        """See `Verb.hits`."""
        for kind in self.written.kinds:
            if name := kind.trouble():
                yield Hit(name, files=self.written.on.pattern)

    @property
    def operations(self) -> Operations | None:
        """See `Verb.operations`."""
        return Operations(("fault", "on"), self.written.on.pattern, self.written.operations)

    @property
    def lasts(self) -> int:
        """See `Verb.lasts`."""
        return self.written.duration or 0
