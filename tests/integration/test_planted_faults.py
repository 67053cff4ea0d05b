"""Breaking the engine breaks the suite: each planted fault turns at least one shipped scenario red."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from shipped import variants_of

from engine.behaviour import REFERENCE, Behaviour
from engine.behaviour.choice import all_choices
from wptest.judge.invariants import INVARIANT_NAMES
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.finding import Outcome

SCENARIOS = Path(__file__).parents[2] / "scenarios"

# Which scenario file is meant to catch what; others may as well.
CATCHES = {
    "grown_input=from_start": "input-that-changes",
    "cut_input=position_kept": "input-that-changes",
    "replaced_input=old_file_followed": "input-that-changes",
    "followed_input=ends_daemon": "defects/d41-daemon-ends-with-its-input",
    "missing_input=refused": "input-that-comes-late",
    "missing_files=as_in_reality": "filter-and-replica",
    "odd_projects=refused": "odd-projects",
    "reading=in_rounds": "defects/d42-count-of-lines",
    "cut_read=lost": "defects/d43-read-that-takes-too-long",
    "input_line_end=strip_carriage_return": "input-that-comes-late",
    "input_bytes=lossy_text": "byte-for-byte",
    "input_blanks=taken_off": "blanks-around-lines",
    "unreadable_input=tried_for_ever": "input-is-a-directory",
    "source_position=from_start": "input-position",
    "source_position=what_was_read": "input-position",
    "source_position=not_synced": "input-position",
    "source_position=by_name": "input-position",
    "group_of_rule=first_wildcard": "lines-by-rule",
    "group_of_rule=always_default": "lines-by-rule",
    "left_of_line=cut_off": "d51-end-of-a-line-cut-off",
    "miss_record=with_its_error": "rule-shares",
    "target_lines=as_records": "nested-sink-names",
    "filtered_lines=let_through": "lines-by-filter",
    "filtered_lines=swapped": "lines-by-filter",
    "sinks_of_group=by_turns": "lines-by-rule",
    "namesake_groups=take_turns": "d54-groups-of-one-name",
    "replicas_of_group=by_lines_of_rule": "d50-one-replica-does-all",
    "replicas_of_group=each": "lines-by-filter",
    "replicas_of_group=without_last": "lines-by-filter",
    "swap_to_rescue=drop_first_line": "outage-and-recovery",
    "partial_batch=all_again": "full-target-disk",
    "refused_line=takes_batch_along": "extensions/refused-lines",
    "refused_line=lost": "extensions/refused-lines",
    "refused_line=sent_again": "extensions/refused-lines",
    "refused_line=repeats_the_rest": "extensions/refused-lines",
    "removed_target=written_on": "defects/d53-removed-target",
    "write_error=one_batch_late": "defects/d46-full-target",
    "swap_back=repeat_last_line": "one-dead-sink-among-others",
    "swap_back=drop_batch": "slow-sibling",
    "swap_back=forget_unwritten": "rescue-file-fails-half-way",
    "tolerated_lines=counted_as_success": "strategies-in-an-outage",
    "thrown_error=end_group": "strategies-in-an-outage",
    "thrown_error=abort": "strategies-in-an-outage",
    "unmade_rescue_file=end_group": "rescue-file-fails",
    "unreleased_rescue_file=left_locked": "defects/d49-rescue-file-stays-locked",
    "unwritten_rescue_file=swap_again": "rescue-disk-full",
    "reconnect=assume_back": "one-dead-sink-among-others",
    "reconnect=assume_files": "infra-sink-fails",
    "reconnect=give_up": "phase-lengths",
    "longest_pause=always_whole": "outages-in-step",
    "maintainer=one_for_all": "one-dead-sink-among-others",
    "stop_in_outage=after_the_pause": "defects/d45-stop-in-an-outage",
    "full_inbox=drop": "rescue-file-fails-half-way",
    "sink_batches=gathered": "defects/d40-killed-while-gathering",
    "outage_phases=once_when_called": "slow-sibling",
    "rescue_name_clash=overwrite": "two-outages-in-one-second",
    "rescue_file_name=next_sink": "lines-by-rule",
    "rescue_file_name=zone_time": "lines-by-rule",
    "rescue_file_name=start_time": "lines-by-rule",
    "rescue_name_form=group_and_number": "killed-at-release",
    "rescue_lines=entries": "defects/d47-entry-with-hex",
    "rescued_place=lost": "databases/equal-lines",
    "rescue_flush=at_release": "stale-lock",
    "rescued_bytes=lossy_text": "byte-for-byte",
    "rescue_lock=none": "unlock-while-writing",
    "rescue_release=not_synced": "power-loss-after-release",
    "rescue_release=file_not_synced": "power-loss-after-release",
    "rescue_release=name_not_synced": "power-loss-after-release",
    "rescue_release=renamed_before_written": "killed-at-release",
    "rescue_release=without_last_lines": "awkward-names",
    "sinks_at_start=all_or_nothing": "target-missing-at-start",
    "usr1=kills": "debug-log",
    "hup=kills": "hang-up",
    "drain=drop_queued": "stop-under-load",
    "infra_at_stop=abandoned": "stop-under-load",
    "stop_failure=leave_siblings": "stop-with-failing-rescue-files",
    "two_pipelines=both_run": "two-wparse",
    "two_recoveries=both_run": "two-recoveries",
    "recovery_modes=batch_only": "debug-log",
    "missing_rescue_root=end_silently": "no-rescue-directory",
    "scan=locked_too": "lock-beside-dat",
    "replay_order=oldest_first": "newest-file-first",
    "same_second=as_listed": "two-outages-in-one-second",
    "unreadable_name=abort": "unknown-sink-does-not-starve-others",
    "sink_of_name=up_to_first_dash": "awkward-names",
    "group_of_name=first_with_the_name": "three-groups",
    "infra_files=unknown_sink": "infra-sink-fails",
    "unknown_sink=retry_forever": "unknown-sink-does-not-starve-others",
    "replay_failure=end_recovery": "unreadable-rescue-file",
    "idling=three_seconds": "speed-limit",
    "between_files=pause": "speed-limit",
    "exit_status=always_zero": "unknown-sink-does-not-starve-others",
    "line_order=reversed": "checkpoint-on-disk",
    "raw_entries=without_fields": "d48-bare-line-behind-a-filter",
    "line_end=strip_carriage_return": "byte-for-byte",
    "blank_line=send": "blank-and-empty",
    "blank_line=count_as_delivered": "blank-and-empty",
    "unfinished_line=lost": "blank-and-empty",
    "poison_line=abort": "poison-line",
    "poison_line=drop": "poison-line",
    "quarantine=once_for_a_name": "killed-after-quarantine",
    "quarantine=on_every_run": "killed-after-quarantine",
    "replay_way=through_the_group": "awkward-names",
    "replay_to=whole_group": "awkward-names",
    "full_channel=give_up": "slow-target-in-replay",
    "failed_unit=left_out": "phase-lengths",
    "replay_outage=new_rescue_file": "phase-lengths",
    "speed_limit=ignored": "speed-limit",
    "speed_limit=ten_times": "speed-limit",
    "pace=anew_in_each": "speed-limit",
    "stop_in_file=resend_head": "checkpoint-resume",
    "remove_rescue_file=when_enqueued": "checkpoint-resume",
    "resume=from_start": "checkpoint-resume",
    "intent=not_synced": "disk-profiles",
    "intent=none": "checkpoint-resume",
    "live_turn=not_taken": "equal-lines",
    "closed_intent=told_by_size": "closed-intents",
    "closed_intent=open_at_zero": "closed-intents",
    "target_tail=by_text": "equal-lines",
    "unlooked_checkpoint=written": "stopped-before-it-looked",
    "target_tail=trust_checkpoint": "killed-at-an-operation",
    "torn_target=kept": "killed-with-a-torn-line",
    "first_checkpoint=after_interval": "checkpoint-resume",
    "checkpoint_covers=enqueued": "slow-target-in-replay",
    "target_sync=at_the_end": "killed-recovery-power-loss",
    "checkpoint_write=in_place": "checkpoint-on-disk",
    "checkpoint_write=file_not_synced": "checkpoint-on-disk",
    "checkpoint_write=name_not_synced": "checkpoint-on-disk",
    "checkpoint_place=work_directory": "checkpoint-on-disk",
    "checkpoint_entry=stays": "checkpoint-resume",
    "checkpoint_identity=head": "equal-lines",
    "moved_file=from_start": "extensions/changed-rescue-file",
    "changed_file=from_start": "extensions/changed-rescue-file",
    "checkpoint_identity=name": "checkpoint-on-disk",
    "damaged_checkpoint=end_silently": "damaged-checkpoint",
    "unlock=nothing": "stale-lock",
    "unlock=living_writers_too": "unlock-while-writing",
    "unlock_tail=keep_torn": "unlock-by-hand",
    "unlock_tail=cut_last_line": "unlock-by-hand",
    "unlock_clash=overwrite": "unlock-by-hand",
    "unlock_sync=none": "unlock-by-hand",
    "bulk_answer=status_only": "databases/refused-for-now",
    "bulk_action=with_type": "databases/bulk-server-away",
    "failed_bulk=last_line": "databases/refused-for-now",
    "bulk_reconnect=assumes": "databases/bulk-server-away",
    "unfilled_batch=held_until_full": "databases/batch-that-is-not-full",
    "failed_rows=sent_with_the_next": "databases/acknowledgement-lost",
    "quoting=single_quotes_only": "databases/backslashes-and-quotes",
    "plain_insert=ignores_errors": "databases/altered-by-the-server",
    "bare_lines=as_nulls": "databases/bare-rescue-files",
    "bare_lines=not_written": "databases/bare-rescue-files",
    "refused_rows=sent_again": "databases/altered-by-the-server",
    "too_large=sent_again": "databases/packet-too-large",
    "key_there=sent_again": "databases/acknowledgement-lost",
    "key_there=taken_as_delivered": "databases/key-of-another-line",
    "no_answer=taken_as_failed": "databases/acknowledgement-lost",
    "no_answer=taken_as_delivered": "databases/server-killed-in-a-batch",
    "insert_name=of_the_attempt": "databases/window-of-repeats",
    "rows_sent_again=cut_anew": "databases/window-of-repeats",
    "pick_figures=as_of_last_tick": "speed-limit",
    "success_figures=with_rescue": "strategies-in-an-outage",
    "figure_tables=printed_only": "metrics-follow-progress",
    "recovery_log=hidden": "debug-log",
    "group_without_expect=sinks_ignored": "verdicts",
    "waiting_lines=overlooked": "verdicts",
    "repeated_lines=overlooked": "verdicts",
    "nothing_checked=passes": "verdicts",
    "dialect=warp_parse": "verdicts",
    "judged=what_is_counted": "verdicts",
    "data_clean=all_but_rescue": "clean-start",
    "generated_input=added": "clean-start",
}
FAULTS = [f"{choice.name}={value}" for choice in all_choices().values() for value in choice.faults]


def outcome(variant: LoadedVariant, behaviour: Behaviour = REFERENCE) -> str:
    return run_variant(variant, RunOptions(behaviour=behaviour)).outcome.value


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault: str) -> None:
    choice, value = fault.split("=")
    broken = replace(REFERENCE, **{choice: value})

    outcomes = (outcome(each, broken) for each in variants_of(SCENARIOS / f"{CATCHES[fault]}.wptest.yaml"))

    assert "failed" in outcomes


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if CATCHES[fault].startswith("lines-by-")])
def test_a_line_that_goes_astray_breaks_an_invariant_where_no_expectation_counts(fault: str) -> None:
    choice, value = fault.split("=")
    broken = replace(REFERENCE, **{choice: value})

    for variant in variants_of(SCENARIOS / f"{CATCHES[fault]}.wptest.yaml"):
        found = run_variant(variant, RunOptions(behaviour=broken)).findings
        assert not variant.scenario.then.model_fields_set
        failed = {finding.name for finding in found if finding.outcome is Outcome.FAILED}
        assert failed
        assert failed <= INVARIANT_NAMES


def test_the_first_value_of_each_choice_is_the_reference_and_the_others_say_what_they_do() -> None:
    hints = get_type_hints(Behaviour)

    assert [choice.name for choice in all_choices().values()] == [field.name for field in fields(Behaviour)]
    for choice in all_choices().values():
        assert get_args(hints[choice.name]) == choice.values
        assert getattr(REFERENCE, choice.name) == choice.reference
        assert all(choice.faults.values())


def test_a_rescue_file_that_is_swapped_for_another_may_fail_to_be_released_too() -> None:
    for variant in variants_of(SCENARIOS / "rescue-file-fails-half-way.wptest.yaml"):
        assert outcome(variant, Behaviour(unwritten_rescue_file="swap_again")) == "failed"
