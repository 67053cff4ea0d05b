"""The choices of `wprescue` and `wproj rescue unlock`: scanning, replaying, checkpoints, stale locks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.behaviour.choice import choice


@dataclass(frozen=True)
class Scanning:
    """Recovery looks for rescue files."""

    two_recoveries: Literal["exclude_each_other", "both_run"] = choice(
        "exclude_each_other",
        "what a second recovery on one rescue root does",
        both_run="D27: it replays the same files",
    )
    missing_rescue_root: Literal["is_empty", "end_silently"] = choice(
        "is_empty",
        "what a missing rescue directory means",
        end_silently="D28: recovery ends with 0 and without a word",
    )
    scan: Literal["released", "locked_too"] = choice(
        "released",
        "which files are replayed",
        locked_too="also those that end in `.lock`",
    )
    replay_order: Literal["newest_first", "oldest_first"] = choice(
        "newest_first",
        "which rescue file a scan takes",
        oldest_first="the oldest",
    )
    same_second: Literal["by_number", "by_path"] = choice(
        "by_number",
        "how files of one second are ordered",
        by_path="D15: as it happens, their numbers don't count",
    )
    unreadable_name: Literal["skip", "abort"] = choice(
        "skip",
        "what a file does whose name is not that of a rescue file",
        abort="D4: beside any other it aborts recovery with 134",
    )
    sink_of_name: Literal["before_the_time", "up_to_first_dash"] = choice(
        "before_the_time",
        "how a sink's name is read off that of its file",
        up_to_first_dash="D5: `db-main` is `db`",
    )
    group_of_name: Literal["told_apart", "first_with_the_name"] = choice(
        "told_apart",
        "whose lines a rescue file in the directory of a group has",
        first_with_the_name="D6: those of the first sink of that name, whatever its group",
    )
    infra_files: Literal["replayed", "unknown_sink"] = choice(
        "replayed",
        "what becomes of rescue files of infra groups",
        unknown_sink="D8: nobody knows their sinks",
    )
    unknown_sink: Literal["skip", "retry_forever"] = choice(
        "skip",
        "what becomes of a rescue file that names no sink",
        retry_forever="D3: it is tried again for ever and starves all older ones",
    )
    replay_failure: Literal["skip_file", "end_recovery"] = choice(
        "skip_file",
        "what a failed replay does to the other files",
        end_recovery="D9, D10: it ends the recovery",
    )
    between_files: Literal["at_once", "pause"] = choice(
        "at_once",
        "when the next file is replayed",
        pause="D32: after 1.1 s, however small the last one was",
    )
    exit_status: Literal["says_what_remains", "always_zero"] = choice(
        "says_what_remains",
        "what the exit code of a recovery says",
        always_zero="D39: nothing, it is 0",
    )


@dataclass(frozen=True)
class Replaying:
    """Recovery replays one file."""

    line_order: Literal["as_written", "reversed"] = choice(
        "as_written",
        "in which order lines are sent",
        reversed="each unit of them backwards",
    )
    line_end: Literal["newline", "strip_carriage_return"] = choice(
        "newline",
        "what ends a line",
        strip_carriage_return="a carriage return before the end is taken off, as in real versions",
    )
    blank_line: Literal["skip", "send", "count_as_delivered"] = choice(
        "skip",
        "what is done with a blank line",
        send="it is sent",
        count_as_delivered="it is skipped, and in the figures it is a success",
    )
    unfinished_line: Literal["sent", "lost"] = choice(
        "sent",
        "what is done with a last line without an end",
        lost="it is left out, and goes with its file",
    )
    poison_line: Literal["quarantine", "abort", "drop"] = choice(
        "quarantine",
        "what is done with a line that can't be decoded",
        abort="D9: the replay fails at it",
        drop="it is left out, and goes with its file",
    )
    quarantine: Literal["once", "on_every_run"] = choice(
        "once",
        "when a line is quarantined that is in quarantine already",
        on_every_run="again",
    )
    replay_to: Literal["failed_sink", "whole_group"] = choice(
        "failed_sink",
        "who gets the lines of a rescue file",
        whole_group="D7: every sink of the group, those that never failed included",
    )
    full_channel: Literal["wait", "give_up"] = choice(
        "wait",
        "what a replay does when its sink is slower than it reads",
        give_up="D10: it fails",
    )
    failed_unit: Literal["sent_again", "left_out"] = choice(
        "sent_again",
        "what becomes of lines that a sink refused in a replay, when it is back",
        left_out="they are lost",
    )
    replay_outage: Literal["wait", "new_rescue_file"] = choice(
        "wait",
        "what a replay does when its sink fails",
        new_rescue_file="D16: the lines go to a new rescue file, which needs another run",
    )
    speed_limit: Literal["kept", "ignored", "ten_times"] = choice(
        "kept",
        "how fast lines are sent",
        ignored="as fast as can be",
        ten_times="ten times as fast as allowed",
    )
    pace: Literal["over_all_files", "anew_in_each"] = choice(
        "over_all_files",
        "what the speed limit holds for",
        anew_in_each="D32: each file by itself, in hundreds, so that small ones are not slowed at all",
    )
    stop_in_file: Literal["end", "resend_head"] = choice(
        "end",
        "what a graceful stop in the middle of a file does",
        resend_head="D2: the first 300 lines are sent again, twice",
    )
    remove_rescue_file: Literal["when_delivered", "when_enqueued"] = choice(
        "when_delivered",
        "when a replayed file goes",
        when_enqueued="D11: as soon as its last line is queued",
    )


@dataclass(frozen=True)
class Checkpointing:
    """The checkpoint, and what a resumed replay makes of it."""

    resume: Literal["from_checkpoint", "from_start"] = choice(
        "from_checkpoint",
        "where a stopped replay goes on",
        from_start="D1: at the first line again, the checkpoint is never looked at",
    )
    target_tail: Literal["reconcile", "trust_checkpoint"] = choice(
        "reconcile",
        "what a resumed replay does about lines that arrived after the checkpoint",
        trust_checkpoint="it sends them again",
    )
    torn_target: Literal["cut", "kept"] = choice(
        "cut",
        "what it does about a torn line at the end of the target",
        kept="it stays, and the line is sent behind it",
    )
    first_checkpoint: Literal["before_first_line", "after_interval"] = choice(
        "before_first_line",
        "when a replay first writes its checkpoint",
        after_interval="100 ms later: lines sent before that are not known to be",
    )
    checkpoint_covers: Literal["delivered", "enqueued"] = choice(
        "delivered",
        "which lines a checkpoint says are done",
        enqueued="D11: those that are queued for the sink",
    )
    target_sync: Literal["before_it_counts", "never"] = choice(
        "before_it_counts",
        "when delivered lines are made durable",
        never="never, as in real versions, so that a power loss takes lines that count as done",
    )
    checkpoint_write: Literal["atomic", "in_place", "file_not_synced", "name_not_synced"] = choice(
        "atomic",
        "how the checkpoint is written",
        in_place="D14: over the old one, which is empty for a moment",
        file_not_synced="its bytes are not synced before it takes the old one's name",
        name_not_synced="its directory is not synced after",
    )
    checkpoint_place: Literal["rescue_root", "work_directory"] = choice(
        "rescue_root",
        "where the checkpoint is",
        work_directory="D14: in `rescue/`, wherever rescue files are",
    )
    checkpoint_entry: Literal["goes_with_file", "stays"] = choice(
        "goes_with_file",
        "what becomes of the entry of a finished file",
        stays="D14: it stays for ever",
    )
    checkpoint_identity: Literal["content", "name"] = choice(
        "content",
        "how an entry knows its file",
        name="by its name, so that another file of that name is resumed in its middle",
    )
    damaged_checkpoint: Literal["put_aside", "end_silently"] = choice(
        "put_aside",
        "what a checkpoint does that can't be read",
        end_silently="D14: it ends recovery with 0 and without a word",
    )


@dataclass(frozen=True)
class Unlocking:
    """An operator gives a dead writer's file to recovery."""

    unlock: Literal["dead_writers", "nothing", "living_writers_too"] = choice(
        "dead_writers",
        "which `.lock` files are unlocked",
        nothing="D13: none, there is no such command",
        living_writers_too="all, whether their writers live or not",
    )
    unlock_tail: Literal["cut_torn", "keep_torn", "cut_last_line"] = choice(
        "cut_torn",
        "what happens to the end of an unlocked file",
        keep_torn="a torn line stays",
        cut_last_line="its last line goes, torn or whole",
    )
    unlock_clash: Literal["refuse", "overwrite"] = choice(
        "refuse",
        "what happens when the name without `.lock` is taken",
        overwrite="the file of that name is lost",
    )
    unlock_sync: Literal["durable", "none"] = choice(
        "durable",
        "whether an unlocked file survives a power loss",
        none="it doesn't: nothing is synced",
    )


@dataclass(frozen=True)
class Reporting:
    """What people are told."""

    pick_figures: Literal["exact", "one_more_per_file"] = choice(
        "exact",
        "how many lines a replay says it read",
        one_more_per_file="D29: one too many for each file",
    )
    success_figures: Literal["delivered", "everything"] = choice(
        "delivered",
        "which lines a sink's figures call a success",
        everything="D30: all that were offered to it, rescued and dropped ones included",
    )
    recovery_log: Literal["shown", "hidden"] = choice(
        "shown",
        "whether the milestones of a recovery are logged",
        hidden="D31: they aren't, at the levels that are set by default",
    )
