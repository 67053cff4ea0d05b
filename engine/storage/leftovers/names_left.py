"""Which changes of names a power loss may leave, by the rules of a disk profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, product

from engine.storage.leftovers.subsets import some_of
from engine.storage.names import GONE, NameChange, NameTable
from engine.storage.profiles import Profile

_Changes = Sequence[NameChange]


def certain_names(rules: Profile, names: NameTable) -> _Changes:
    """The changes of names that a power loss surely leaves."""
    match rules.names:
        case "all":
            return names.pending
        case "in order":
            return [change for change in names.pending if change.operation <= names.committed]
        case "any":
            return [change for change in names.pending if change.halved and rules.renames == "whole"]


def possible_names(rules: Profile, names: NameTable) -> Iterator[_Changes]:
    """Every choice of changes that a power loss may leave, the most telling ones first."""
    certain = certain_names(rules, names)
    if rules.names != "any":
        yield certain
        if rules.names == "in order":
            for last in dict.fromkeys(change.operation for change in names.pending[len(certain) :]):
                yield [change for change in names.pending if change.operation <= last]
    elif rules.renames == "in parts":
        yield from _name_by_name(names)
    else:
        open_ones = [change for change in names.pending if change not in certain]
        parts = [[change] for change in open_ones]
        if rules.renames == "whole":
            parts = [list(group) for _, group in groupby(open_ones, lambda change: change.operation)]
        for chosen in some_of(parts):
            yield [*certain, *chain.from_iterable(chosen)]


def _name_by_name(names: NameTable) -> Iterator[_Changes]:
    """Each name as it was at some moment; one that two files had may be gone: the first one's number is free."""
    possible: dict[str, list[_Changes]] = {}
    for change in names.pending:
        for path, number in change.entries:
            states = possible.setdefault(path, [()])
            if number > GONE and (len(states) > 1 or path in names.durable):
                states.append([change._replace(entries=((path, GONE),))])
            states.append([change._replace(entries=((path, number),))])
    yield ()
    yield names.pending
    yield from map(list, map(chain.from_iterable, product(*possible.values())))
