"""What pytest's `-m` and `-k` can select a variant by: the tags of its scenario, and the values of its matrix.

A tag is a marker of its name. Exact values are arguments of the marker `wptest`: `-m "wptest(stop='KILL')"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytest

from wptest.expressions.matrix import VariantOutline, value_text
from wptest.play.selection import value_words

# What `-m` reads as a name. Before a colon, a registration would end.
_READABLE = re.compile(r"(?!_)(?!(?:and|or|not)$)[\w+.\[\]\\/-]+")


def make_selectable(item: pytest.Item, tags: Iterable[str], row: VariantOutline | None) -> None:
    """Give an item its keywords and markers."""
    item.extra_keyword_matches.update(tags)
    for tag in tags:
        item.add_marker(pytest.mark.wptest(tag=tag))
        if _READABLE.fullmatch(tag) and _is_free(tag, item.config):
            item.add_marker(getattr(pytest.mark, tag))
    if row is not None:
        item.extra_keyword_matches.update(value_words(row.id))
        item.add_marker(pytest.mark.wptest(**_comparable(row.values)))


def _is_free(tag: str, config: pytest.Config) -> bool:
    """Whether a marker of that name can say nothing but that the tag is there; it is registered, if it wasn't.

    Markers that take arguments, such as `skip` or the `timeout` and `flaky` of plugins, change what a test does.
    """
    registered = {line.partition(":")[0].strip() for line in config.getini("markers")}
    if any(name.partition("(")[0] == tag and "(" in name for name in registered):
        return False
    if tag not in registered:
        config.addinivalue_line("markers", f"{tag}: a tag of scenarios.")
    return True


def _comparable(values: Mapping[str, object]) -> dict[str, int | str | None]:
    """The values as `-m` can write them: whole numbers, true, false and null as they are, all others as text."""
    named = {name.replace("-", "_"): value for name, value in values.items()}
    return {
        name: value if value is None or isinstance(value, int | str) else value_text(value)
        for name, value in named.items()
        if name != "self"  # no function can have it
    }
