"""What came of planted faults, as text: by what they are about, or one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.behaviour.choice import all_choices
from engine.text.display import aligned, cut
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


def hunts_one_by_one(hunts: Sequence[Hunt]) -> Iterator[str]:
    """A row for each fault: which variant caught it, and what it shows."""
    yield from aligned([("planted", "caught by", "shows"), *map(_row, hunts)])


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


def _topic(topic: str, hunts: Sequence[Hunt]) -> tuple[str, str, str, str]:
    caught = [each for each in hunts if each.caught_by]
    shown = Counter(each.shows if each.shows in INVARIANT_NAMES else BEYOND_INVARIANTS for each in caught)
    words = ", ".join(f"{name} {times}" for name, times in shown.most_common())
    return topic.rstrip("."), str(len(hunts)), str(len(caught)), words


def _row(found: Hunt) -> tuple[str, str, str]:
    if not found.caught_by:
        return str(found.fault), "ESCAPED", ""
    more = f" and {len(found.caught_by) - 1} more" if len(found.caught_by) > 1 else ""
    crashes = " when crashed" if found.explored else ""
    return str(found.fault), f"{found.caught_by[0]}{crashes}{more}", found.shows
