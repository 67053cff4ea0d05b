"""The order in which cleanup steps come: the last one first."""

from __future__ import annotations

from typing import Any

from wptest.text.yaml_document import YamlDocument


def cleanup_order(document: YamlDocument, steps: tuple[Any, ...]) -> list[int]:
    """The indexes of the cleanup steps in the order in which they come: the last first.

    Shared steps are one thing to do, so those of one `use` keep their order.
    """
    groups: list[list[int]] = []
    before = None
    for index in range(len(steps)):
        use = document.use_of(("cleanup", index))
        if use is not None and before is not None and use.outermost is before.outermost:
            groups[-1].append(index)
        else:
            groups.append([index])
        before = use
    return [index for group in reversed(groups) for index in group]
