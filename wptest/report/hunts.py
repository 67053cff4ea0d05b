"""What came of planted faults, as text: by what they are about, or one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.behaviour.choice import all_choices
from engine.storage.profiles import MOUNTED
from engine.text.display import aligned, cut
from wptest.document.reported_suite import ReportedHunt
from wptest.explore.guarantees import BEYOND_INVARIANTS
from wptest.explore.planted_faults import FalseAlarm, Hunt
from wptest.judge.invariants import INVARIANT_NAMES
from wptest.text.wording import listed, so_many

_MOST = 10


def hunts_by_topic(hunts: Sequence[Hunt], columns: int | None) -> Iterator[str]:
    """For each part of the programs: how many faults were planted in it, how many caught, and what showed them."""
    topics: dict[str, list[Hunt]] = {}
    for each in hunts:
        topics.setdefault(all_choices()[each.fault.choice].topic, []).append(each)
    rows = [("planted in", "faults", "caught", "shown by"), *(_topic(*item) for item in topics.items())]
    yield from (cut(line, columns) for line in aligned(rows, right=(1, 2)))
    escaped = [str(each.fault) for each in hunts if not each.caught_by]
    if escaped:
        yield f"\nESCAPED: {listed(escaped, _MOST)}"
    yield from _on_disks([each for each in hunts if each.power_loss])


def hunts_one_by_one(hunts: Sequence[Hunt]) -> Iterator[str]:
    """A row for each fault: which variant caught it, what it shows, and on which disks when the power goes."""
    rows = [("planted", "caught by", "shows", "on disks"), *map(_row, hunts)]
    yield from aligned(rows if any(each.power_loss for each in hunts) else [row[:3] for row in rows])


def alarms_by_scenario(alarms: Sequence[FalseAlarm], *, everything: bool) -> Iterator[str]:
    """The variants that are no pass on the reference, each once with its first seed, or every run."""
    if everything:
        yield from (f"false alarm  {each.name} --seed {each.seed}  {each.shows}" for each in alarms)
        return
    variants: dict[str, list[FalseAlarm]] = {}
    for each in alarms:
        variants.setdefault(each.name, []).append(each)
    for same in list(variants.values())[:_MOST]:
        more = f"  (and {so_many(len(same) - 1, 'more seed')})" if len(same) > 1 else ""
        yield f"false alarm  {same[0].name} --seed {same[0].seed}  {same[0].shows}{more}"
    if len(variants) > _MOST:
        yield f"and false alarms of {so_many(len(variants) - _MOST, 'more variant')}"


def reported_hunt(found: Hunt) -> ReportedHunt:
    """What the document has of a planted fault."""
    fault = found.fault
    return ReportedHunt(
        choice=fault.choice,
        value=fault.value,
        topic=all_choices()[fault.choice].topic.rstrip("."),
        defects=tuple(sorted(fault.defects)),
        caught_by=tuple(found.caught_by),
        shows=found.shows,
        explored=found.explored,
        power_loss=found.power_loss,
        disks=found.disks,
        runs=found.runs,
    )


def _topic(topic: str, hunts: Sequence[Hunt]) -> tuple[str, str, str, str]:
    caught = [each for each in hunts if each.caught_by]
    shown = Counter(each.shows if each.shows in INVARIANT_NAMES else BEYOND_INVARIANTS for each in caught)
    words = ", ".join(f"{name} {times}" for name, times in shown.most_common())
    return topic.rstrip("."), str(len(hunts)), str(len(caught)), words


def _on_disks(hunts: Sequence[Hunt]) -> Iterator[str]:
    """On how many of the disks that people mount faults show that a power loss has shown, and which not on all."""
    if not hunts:
        return
    shown = ", ".join(f"{sum(disk in each.disks for each in hunts)} on {disk}" for disk in MOUNTED)
    yield f"\n{so_many(len(hunts), 'fault')} shown by a power loss: {shown}"
    missing = {each.fault: [disk for disk in MOUNTED if disk not in each.disks] for each in hunts}
    yield from (f"not on {', '.join(disks)}: {fault}" for fault, disks in missing.items() if disks)


def _on(found: Hunt) -> str:
    return ", ".join(found.disks) or ("none of them" if found.power_loss else "")


def _row(found: Hunt) -> tuple[str, str, str, str]:
    if not found.caught_by:
        return str(found.fault), "ESCAPED", "", ""
    more = f" and {len(found.caught_by) - 1} more" if len(found.caught_by) > 1 else ""
    crashes = " when crashed" if found.explored else ""
    return str(found.fault), f"{found.caught_by[0]}{crashes}{more}", found.shows, _on(found)
