"""What a scenario says must hold, checked against the run: `check:` steps and `then:`."""

from __future__ import annotations

from wptest.check.facts import Facts, Path
from wptest.check.finding import Finding, Outcome
from wptest.check.on_files import check_checkpoint, check_rescue, check_validate
from wptest.check.on_lines import check_ledger, check_replay, check_sinks
from wptest.check.on_processes import check_exit, check_logs, check_metrics, check_timing
from wptest.check.own import check_own
from wptest.language.expect import Check, Then

_CHECKS = (
    check_exit,
    check_rescue,
    check_sinks,
    check_replay,
    check_ledger,
    check_checkpoint,
    check_logs,
    check_timing,
    check_metrics,
    check_validate,
    check_own,
)


def check_all(facts: Facts, check: Check, path: Path) -> list[Finding]:
    """What of `check`, which stands at `path` in the scenario, doesn't hold now."""
    return [finding for each in _CHECKS for finding in each(facts, check, path)]


def check_happened(facts: Facts, then: Then, path: Path) -> list[Finding]:
    """What should have happened and didn't (unverified), or shouldn't have and did (failed)."""
    found = []
    for index, event in enumerate(then.must_happen):
        if not facts.history.count(event):
            place = (*path, "must_happen", index)
            found.append(facts.finding(place, f"{event} never happened", Outcome.UNVERIFIED))
    for index, event in enumerate(then.must_not_happen):
        if times := facts.history.count(event):
            found.append(facts.finding((*path, "must_not_happen", index), f"{event} happened {times} times"))
    return found
