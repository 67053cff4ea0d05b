"""The named choices in which real versions differ, or are wrong; profiles are sets of them.

Each field of `Behaviour` is a strategy. Its first value is the `reference` behaviour (design section 4), the others
are what a real version does, with its row D1-D39 of the defect catalogue, or faults planted to prove that the
scenarios catch them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from engine.behaviour.choice import BehaviourChoice
from engine.behaviour.live import Outages, RescueWriting, SharingOut, Stopping
from engine.behaviour.operating import Operating
from engine.behaviour.recovering import Checkpointing, Replaying, Reporting, Scanning, Unlocking

BEHAVIOUR_TOPICS = (
    SharingOut, Outages, RescueWriting, Stopping, Scanning, Replaying, Checkpointing, Unlocking, Reporting,
    Operating,
)  # fmt: skip


@dataclass(frozen=True)
class Behaviour(
    Operating,
    Reporting,
    Unlocking,
    Checkpointing,
    Replaying,
    Scanning,
    Stopping,
    RescueWriting,
    Outages,
    SharingOut,
):
    """One choice a field; the defaults are the reference."""

    def changes(self) -> dict[str, str]:
        """The choices that differ from the reference, in order."""
        return {each.name: getattr(self, each.name) for each in CHOICES if self.takes_fault(each)}

    def takes_fault(self, choice: BehaviourChoice) -> bool:
        """Whether it differs from the reference in this choice."""
        value: str = getattr(self, choice.name)
        return value != choice.reference


CHOICES: tuple[BehaviourChoice, ...] = tuple(
    BehaviourChoice(
        field.name,
        str(topic.__doc__),
        field.metadata["question"],
        str(field.default),
        field.metadata["faults"],
    )
    for topic in BEHAVIOUR_TOPICS
    for field in fields(topic)
)
REFERENCE = Behaviour()

__all__ = ["CHOICES", "REFERENCE", "Behaviour", "BehaviourChoice"]
