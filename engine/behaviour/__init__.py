"""The named choices in which real versions differ, or are wrong.

Each field is a strategy; its first value is the `reference` behaviour (design section 4), the others are what a
real version does, or a fault planted to prove that the scenarios catch it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlankLine = Literal["skip", "send"]
NameClash = Literal["suffix", "overwrite"]
PoisonLine = Literal["quarantine", "abort"]
RemoveRescueFile = Literal["when_delivered", "when_enqueued"]
ReplayOrder = Literal["newest_first", "oldest_first"]
Resume = Literal["from_checkpoint", "from_start"]
SwapBack = Literal["clean", "repeat_last_line"]
SwapToRescue = Literal["whole_batch", "drop_first_line"]
TargetTail = Literal["reconcile", "trust_checkpoint"]
UnknownSink = Literal["skip", "retry_forever"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One choice a field; the defaults are the reference.

    Attributes:
        replay_order: which rescue file a scan takes (seed: the newest).
        resume: where a stopped replay goes on (D1: from the start).
        target_tail: whether a resumed replay first looks which lines the target has already.
        remove_rescue_file: when a replayed file goes (D11: as soon as its last line is enqueued).
        rescue_name_clash: what a second outage in one second does (D12: overwrites the first's file).
        unknown_sink: what becomes of a rescue file that names no sink (D3: it starves all older ones).
        blank_line: what a replay does with a blank line (seed: skip and count).
        poison_line: what it does with a line that can't be decoded (D9: ends the whole recovery).
        swap_to_rescue: what happens to the batch at hand when a sink fails (planted: its first line is lost).
        swap_back: what happens when a sink comes back (planted: the last rescued line is written again).
    """

    replay_order: ReplayOrder = "newest_first"
    resume: Resume = "from_checkpoint"
    target_tail: TargetTail = "reconcile"
    remove_rescue_file: RemoveRescueFile = "when_delivered"
    rescue_name_clash: NameClash = "suffix"
    unknown_sink: UnknownSink = "skip"
    blank_line: BlankLine = "skip"
    poison_line: PoisonLine = "quarantine"
    swap_to_rescue: SwapToRescue = "whole_batch"
    swap_back: SwapBack = "clean"


REFERENCE = Behaviour()
