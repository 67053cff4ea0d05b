"""Tags of sources, groups and sinks: what WarpParse adds to each record, as fields behind those of its line."""

from __future__ import annotations

from collections.abc import Sequence

from engine.project.model import Tags

_SET = "true"  # the value of a tag without one


def tags_of(*lists: Sequence[str]) -> Tags:
    """The tags that `name:value`, `name=value` or `name` stand for: by name, of several lists the last one's."""
    return tuple(sorted(dict(map(_tag, (text for texts in lists for text in texts))).items()))


def _tag(text: str) -> tuple[str, str]:
    sign = ":" if ":" in text else "="
    name, found, value = text.partition(sign)
    return name.strip(), value.strip() if found else _SET
