"""The named choices in which real versions differ, or are wrong; profiles are sets of them.

Each field of `Behaviour` is a strategy. Its first value is the `reference` behaviour (design section 4), the others
are what a real version does, with its row of the defect catalogue, or faults planted to prove that the scenarios
catch them. What each decides, and what each fault does, stands in `choices.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal


@dataclass(frozen=True)
class Behaviour:
    """One choice a field; the defaults are the reference."""

    # The input changes while it is read.
    grown_input: Literal["what_is_new", "from_start"] = "what_is_new"
    cut_input: Literal["from_start", "position_kept"] = "from_start"
    replaced_input: Literal["read", "old_file_followed"] = "read"
    source_position: Literal["durable", "from_start", "what_was_read", "not_synced", "by_name"] = "durable"
    followed_input: Literal["followed", "ends_daemon"] = "followed"
    missing_input: Literal["reported", "refused"] = "reported"

    # How an input is read.
    reading: Literal["evenly", "in_rounds"] = "evenly"
    cut_read: Literal["goes_on", "lost"] = "goes_on"
    input_line_end: Literal["newline", "strip_carriage_return"] = "newline"
    input_bytes: Literal["kept", "lossy_text"] = "kept"
    input_blanks: Literal["kept", "taken_off"] = "kept"
    unreadable_input: Literal["ends_batch", "tried_for_ever"] = "ends_batch"

    # Lines are routed, filtered and shared out.
    missing_files: Literal["stood_in_for", "as_in_reality"] = "stood_in_for"
    odd_projects: Literal["taken", "refused"] = "taken"
    group_of_rule: Literal["longest_wildcard", "first_wildcard", "always_default"] = "longest_wildcard"
    left_of_line: Literal["stays", "cut_off"] = "stays"
    miss_record: Literal["the_line", "with_its_error"] = "the_line"
    target_lines: Literal["as_sent", "as_records"] = "as_sent"
    filtered_lines: Literal["held_back", "let_through", "swapped"] = "held_back"
    sinks_of_group: Literal["each", "by_turns"] = "each"
    namesake_groups: Literal["last_one", "take_turns"] = "last_one"
    replicas_of_group: Literal["by_turns", "by_lines_of_rule", "each", "without_last"] = "by_turns"

    # A sink fails, and comes back.
    swap_to_rescue: Literal["whole_batch", "drop_first_line"] = "whole_batch"
    partial_batch: Literal["the_rest", "all_again"] = "the_rest"
    refused_line: Literal["put_aside", "takes_batch_along", "lost", "sent_again", "repeats_the_rest"] = "put_aside"
    removed_target: Literal["made_anew", "written_on"] = "made_anew"
    write_error: Literal["at_once", "one_batch_late"] = "at_once"
    swap_back: Literal["clean", "repeat_last_line", "drop_batch", "forget_unwritten"] = "clean"
    tolerated_lines: Literal["declared", "counted_as_success"] = "declared"
    thrown_error: Literal["stop", "end_group", "abort"] = "stop"
    unmade_rescue_file: Literal["wait", "end_group"] = "wait"
    unreleased_rescue_file: Literal["wait", "left_locked"] = "wait"
    unwritten_rescue_file: Literal["wait", "swap_again"] = "wait"
    reconnect: Literal["until_back", "assume_back", "assume_files", "give_up"] = "until_back"
    longest_pause: Literal["drawn", "always_whole"] = "drawn"
    maintainer: Literal["one_per_sink", "one_for_all"] = "one_per_sink"
    stop_in_outage: Literal["at_once", "after_the_pause"] = "at_once"
    full_inbox: Literal["wait", "drop"] = "wait"
    sink_batches: Literal["as_they_come", "gathered"] = "as_they_come"
    outage_phases: Literal["repeat", "once_when_called"] = "repeat"

    # A rescue file is written and released.
    rescue_name_clash: Literal["suffix", "overwrite"] = "suffix"
    rescue_file_name: Literal["sink_and_time", "next_sink", "zone_time", "start_time"] = "sink_and_time"
    rescue_name_form: Literal["short", "group_and_number"] = "short"
    rescue_lines: Literal["as_they_are", "entries"] = "as_they_are"
    rescued_place: Literal["kept", "lost"] = "kept"
    rescue_flush: Literal["every_hundred", "at_release"] = "every_hundred"
    rescued_bytes: Literal["kept", "lossy_text"] = "kept"
    rescue_lock: Literal["held", "none"] = "held"
    rescue_release: Literal[
        "durable",
        "not_synced",
        "file_not_synced",
        "name_not_synced",
        "renamed_before_written",
        "without_last_lines",
    ] = "durable"

    # A program starts and stops.
    two_pipelines: Literal["exclude_each_other", "both_run"] = "exclude_each_other"
    sinks_at_start: Literal["as_needed", "all_or_nothing"] = "as_needed"
    usr1: Literal["stops", "kills"] = "stops"
    hup: Literal["ignored", "kills"] = "ignored"
    drain: Literal["to_the_end", "drop_queued"] = "to_the_end"
    infra_at_stop: Literal["awaited", "abandoned"] = "awaited"
    stop_failure: Literal["try_again", "leave_siblings"] = "try_again"

    # Recovery looks for rescue files.
    recovery_modes: Literal["daemon_and_work", "batch_only"] = "daemon_and_work"
    two_recoveries: Literal["exclude_each_other", "both_run"] = "exclude_each_other"
    missing_rescue_root: Literal["is_empty", "end_silently"] = "is_empty"
    scan: Literal["released", "locked_too"] = "released"
    replay_order: Literal["newest_first", "oldest_first"] = "newest_first"
    same_second: Literal["by_number", "as_listed"] = "by_number"
    unreadable_name: Literal["skip", "abort"] = "skip"
    sink_of_name: Literal["before_the_time", "up_to_first_dash"] = "before_the_time"
    group_of_name: Literal["told_apart", "first_with_the_name"] = "told_apart"
    infra_files: Literal["replayed", "unknown_sink"] = "replayed"
    unknown_sink: Literal["skip", "retry_forever"] = "skip"
    replay_failure: Literal["skip_file", "end_recovery"] = "skip_file"
    idling: Literal["none", "three_seconds"] = "none"
    between_files: Literal["at_once", "pause"] = "at_once"
    exit_status: Literal["says_what_remains", "always_zero"] = "says_what_remains"

    # Recovery replays one file.
    line_order: Literal["as_written", "reversed"] = "as_written"
    raw_entries: Literal["told_by_their_text", "without_fields"] = "told_by_their_text"
    line_end: Literal["newline", "strip_carriage_return"] = "newline"
    blank_line: Literal["skip", "send", "count_as_delivered"] = "skip"
    unfinished_line: Literal["sent", "lost"] = "sent"
    poison_line: Literal["quarantine", "abort", "drop"] = "quarantine"
    quarantine: Literal["once", "once_for_a_name", "on_every_run"] = "once"
    replay_way: Literal["to_the_sink", "through_the_group"] = "to_the_sink"
    replay_to: Literal["failed_sink", "whole_group"] = "failed_sink"
    full_channel: Literal["wait", "give_up"] = "wait"
    failed_unit: Literal["sent_again", "left_out"] = "sent_again"
    replay_outage: Literal["wait", "new_rescue_file"] = "wait"
    speed_limit: Literal["kept", "ignored", "ten_times"] = "kept"
    pace: Literal["over_all_files", "anew_in_each"] = "over_all_files"
    stop_in_file: Literal["end", "resend_head"] = "end"
    remove_rescue_file: Literal["when_delivered", "when_enqueued"] = "when_delivered"

    # The checkpoint, and what a resumed replay makes of it.
    resume: Literal["from_checkpoint", "from_start"] = "from_checkpoint"
    intent: Literal["durable", "not_synced", "none"] = "durable"
    live_turn: Literal["taken", "not_taken"] = "taken"
    closed_intent: Literal["noticed", "told_by_size", "open_at_zero"] = "noticed"
    target_tail: Literal["reconcile", "by_text", "trust_checkpoint"] = "reconcile"
    unlooked_checkpoint: Literal["left", "written"] = "left"
    torn_target: Literal["cut", "kept"] = "cut"
    first_checkpoint: Literal["before_first_line", "after_interval"] = "before_first_line"
    checkpoint_covers: Literal["delivered", "enqueued"] = "delivered"
    target_sync: Literal["before_it_counts", "at_the_end"] = "before_it_counts"
    checkpoint_write: Literal["atomic", "in_place", "file_not_synced", "name_not_synced"] = "atomic"
    checkpoint_place: Literal["rescue_root", "work_directory"] = "rescue_root"
    checkpoint_entry: Literal["goes_with_file", "stays"] = "goes_with_file"
    checkpoint_identity: Literal["content", "head", "name"] = "content"
    moved_file: Literal["gone_on_with", "from_start"] = "gone_on_with"
    changed_file: Literal["counted", "from_start"] = "counted"
    damaged_checkpoint: Literal["put_aside", "end_silently"] = "put_aside"

    # An operator gives a dead writer's file to recovery.
    unlock: Literal["dead_writers", "nothing", "living_writers_too"] = "dead_writers"
    unlock_tail: Literal["cut_torn", "keep_torn", "cut_last_line"] = "cut_torn"
    unlock_clash: Literal["refuse", "overwrite"] = "refuse"
    unlock_sync: Literal["durable", "none"] = "durable"

    # A sink writes to a database.
    bulk_answer: Literal["by_item", "status_only"] = "by_item"
    bulk_action: Literal["plain", "with_type"] = "plain"
    failed_bulk: Literal["all_of_it", "last_line"] = "all_of_it"
    bulk_reconnect: Literal["asks", "assumes"] = "asks"
    unfilled_batch: Literal["sent_in_time", "held_until_full"] = "sent_in_time"
    failed_rows: Literal["come_again", "sent_with_the_next"] = "come_again"
    quoting: Literal["exact", "single_quotes_only"] = "exact"
    plain_insert: Literal["strict", "ignores_errors"] = "strict"
    bare_lines: Literal["as_rows", "as_nulls", "not_written"] = "as_rows"
    refused_rows: Literal["put_aside", "sent_again"] = "put_aside"
    too_large: Literal["halved", "sent_again"] = "halved"
    key_there: Literal["looked_at", "sent_again", "taken_as_delivered"] = "looked_at"
    no_answer: Literal["unknown", "taken_as_failed", "taken_as_delivered"] = "unknown"
    insert_name: Literal["of_the_rows", "of_the_attempt"] = "of_the_rows"
    rows_sent_again: Literal["in_equal_batches", "cut_anew"] = "in_equal_batches"

    # What people are told.
    pick_figures: Literal["exact", "as_of_last_tick"] = "exact"
    success_figures: Literal["delivered", "with_rescue"] = "delivered"
    figure_tables: Literal["logged", "printed_only"] = "logged"
    recovery_log: Literal["shown", "hidden"] = "shown"
    dialect: Literal["wptest", "warp_parse"] = "wptest"

    # An operator has the targets judged, or cleans up.
    group_without_expect: Literal["sinks_judged", "sinks_ignored"] = "sinks_judged"
    waiting_lines: Literal["considered", "overlooked"] = "considered"
    repeated_lines: Literal["considered", "overlooked"] = "considered"
    nothing_checked: Literal["unverified", "passes"] = "unverified"
    judged: Literal["what_expects", "what_is_counted"] = "what_expects"
    data_clean: Literal["everything", "all_but_rescue"] = "everything"
    generated_input: Literal["anew", "added"] = "anew"

    def changes(self) -> dict[str, str]:
        """The choices that differ from the reference, in order."""
        chosen = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in chosen.items() if value != getattr(REFERENCE, name)}


REFERENCE = Behaviour()
