"""The choices of `wparse`: outages, rescue files, starting and stopping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.behaviour.choice import choice


@dataclass(frozen=True)
class SharingOut:
    """Lines are routed, filtered and shared out."""

    group_of_rule: Literal["longest_wildcard", "first_wildcard", "always_default"] = choice(
        "longest_wildcard",
        "which group takes the lines of a rule",
        first_wildcard="the first of those that match it, however short its wildcard is",
        always_default="`default` takes the lines of every rule",
    )
    filtered_lines: Literal["held_back", "let_through", "swapped"] = choice(
        "held_back",
        "what a sink's filter does with the lines that it should hold back",
        let_through="it lets them through, as if there was no filter",
        swapped="it lets them through, and holds back the others",
    )
    sinks_of_group: Literal["each", "by_turns"] = choice(
        "each",
        "which sinks of a group get a batch",
        by_turns="one of them, and the next one gets the next",
    )
    replicas_of_group: Literal["by_turns", "each", "without_last"] = choice(
        "by_turns",
        "which replica of a group gets a batch",
        each="every one of them, so that the lines arrive several times",
        without_last="one of them by turns, and when it is the last one's turn, none",
    )


@dataclass(frozen=True)
class Outages:
    """A sink fails, and comes back."""

    swap_to_rescue: Literal["whole_batch", "drop_first_line"] = choice(
        "whole_batch",
        "what happens to the batch at hand when a sink fails",
        drop_first_line="its first line is lost",
    )
    partial_batch: Literal["the_rest", "all_again"] = choice(
        "the_rest",
        "what is rescued or sent again of a batch that failed half-way",
        all_again="D23: all of it, the lines that arrived included",
    )
    swap_back: Literal["clean", "repeat_last_line", "drop_batch", "forget_unwritten"] = choice(
        "clean",
        "what happens when a sink comes back",
        repeat_last_line="the last rescued line is written to it as well",
        drop_batch="the batch that found it back is lost",
        forget_unwritten="what the rescue file could not take is lost",
    )
    tolerated_lines: Literal["declared", "counted_as_success"] = choice(
        "declared",
        "how lines are booked that `tolerant` or `ignore` gives up",
        counted_as_success="D22: as delivered",
    )
    thrown_error: Literal["stop", "end_group", "abort"] = choice(
        "stop",
        "what `throw` does to a running wparse",
        end_group="D20: the sink's group ends silently, everything for it is dropped, and the exit code is 0",
        abort="D21: the process aborts with 134, and runs no clean-up",
    )
    unmade_rescue_file: Literal["wait", "end_group"] = choice(
        "wait",
        "what a rescue file does that can't be made or released",
        end_group="D20: it ends the sink's group, silently",
    )
    unwritten_rescue_file: Literal["wait", "swap_again"] = choice(
        "wait",
        "what a rescue file does that can't be written",
        swap_again="D19: it is left, another is made at once, and when the queues are full nothing moves any more",
    )
    reconnect: Literal["until_back", "assume_back", "give_up"] = choice(
        "until_back",
        "how a failed sink is got back",
        assume_back="D18: it is taken for back without a look, so that each batch fails and makes a rescue file",
        give_up="three attempts are all",
    )
    maintainer: Literal["one_per_sink", "one_for_all"] = choice(
        "one_per_sink",
        "who looks after failed sinks",
        one_for_all="D17: one for all, who sleeps 5 s after each failed attempt",
    )
    full_inbox: Literal["wait", "drop"] = choice(
        "wait",
        "what the input does when a group can't take more",
        drop="the batch is lost",
    )
    outage_phases: Literal["repeat", "once_when_called"] = choice(
        "repeat",
        "how the phases of a `test_rescue` sink go by",
        once_when_called="each begins with a call, and after the last it is up for ever, as in real versions",
    )


@dataclass(frozen=True)
class RescueWriting:
    """A rescue file is written and released."""

    rescue_name_clash: Literal["suffix", "overwrite"] = choice(
        "suffix",
        "what a second outage within one second does",
        overwrite="D12: it takes the name of the first one's file",
    )
    rescue_file_name: Literal["sink_and_time", "next_sink", "zone_time", "start_time"] = choice(
        "sink_and_time",
        "what a rescue file is named after",
        next_sink="the sink that comes after the one that failed",
        zone_time="the time of a zone eight hours ahead of UTC",
        start_time="the time at which the run began, and not that of the outage",
    )
    rescue_flush: Literal["every_hundred", "at_release"] = choice(
        "every_hundred",
        "when rescued lines leave the program's memory",
        at_release="D13: when the file is released, so that a kill loses them all",
    )
    rescued_bytes: Literal["kept", "lossy_text"] = choice(
        "kept",
        "what becomes of bytes that are not text",
        lossy_text="they become replacement characters, as in real versions",
    )
    rescue_lock: Literal["held", "none"] = choice(
        "held",
        "whether a writer holds the lock on its file",
        none="it doesn't, as in real versions, so that a living writer's file can be taken over",
    )
    rescue_release: Literal[
        "durable", "file_not_synced", "name_not_synced", "renamed_before_written", "without_last_lines"
    ] = choice(
        "durable",
        "how a rescue file loses its `.lock`",
        file_not_synced="its lines are not synced before, as in real versions",
        name_not_synced="its directory is not synced after",
        renamed_before_written="the name goes first, and the last lines are written then",
        without_last_lines="the lines that are still in memory are dropped",
    )


@dataclass(frozen=True)
class Stopping:
    """A program starts and stops."""

    sinks_at_start: Literal["as_needed", "all_or_nothing"] = choice(
        "as_needed",
        "which sinks must work at the start",
        all_or_nothing="D38: all of them, or the program exits with 1",
    )
    usr1: Literal["stops", "kills"] = choice("stops", "what USR1 does", kills="D26: it kills")
    hup: Literal["ignored", "kills"] = choice("ignored", "what HUP does", kills="D26: it kills")
    drain: Literal["to_the_end", "drop_queued"] = choice(
        "to_the_end",
        "what a graceful stop does with what is queued for the sinks",
        drop_queued="it is dropped",
    )
    infra_at_stop: Literal["awaited", "abandoned"] = choice(
        "awaited",
        "whether a stop waits for the infra groups",
        abandoned="D25: it doesn't, and cuts off their last lines",
    )
    stop_failure: Literal["try_again", "leave_siblings"] = choice(
        "try_again",
        "what a sink does at a stop that can't be closed",
        leave_siblings="D24: the others of its group stay open, too",
    )
