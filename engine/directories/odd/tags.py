"""`tags` of groups, sinks and sources as they are written: real versions refuse odd ones."""

from __future__ import annotations

import re

from engine.directories.table import Table
from engine.project.refused import RefusedPart

_MOST = 4
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_VALUE = re.compile(r"[A-Za-z0-9_.:/=@+,${}-]{0,64}")
_BETWEEN = re.compile(r"[:=]")


def read_tags(table: Table, by: RefusedPart | None = None) -> tuple[str, ...]:
    """The tags; what is odd about them is told, with `by` whom tags are refused that are texts."""
    if isinstance(table.peek("tags"), str):
        table.accept("tags")
        table.refuse("tags", "'tags' is a text, and has to be an array of texts", 'write: tags = ["env:test"]')
        return ()
    tags = table.texts("tags")
    if len(tags) > _MOST:
        table.refuse("tags", f"there are {len(tags)} tags, and {_MOST} at most may be", by=by)
    for tag in tags:
        if (wrong := _wrong(tag)) is not None:
            table.refuse("tags", f"{wrong} of the tag {tag!r} is odd", _HELP, by)
            break
    return tags


def _wrong(tag: str) -> str | None:
    between = _BETWEEN.search(tag)
    name, value = (tag[: between.start()], tag[between.end() :]) if between else (tag, "")
    if not _KEY.fullmatch(name.strip()):
        return "the key"
    return None if _VALUE.fullmatch(value.strip()) else "the value"


_HELP = "up to 32 letters, digits and _ . - as its key, up to 64 such and : / = @ + , behind a ':'"
