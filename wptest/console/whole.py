"""Whole numbers as options take them, and what is said of what is none."""

from __future__ import annotations

from typing import Any

import click


class Whole(click.IntRange):
    """A whole number within bounds, which are part of what is said of any other value."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it.

        Raises:
            click.BadParameter: it is no whole number, or out of bounds.
        """
        try:
            int(value)
        except ValueError:
            bounds = f"from {self.min}" if self.max is None else f"from {self.min} to {self.max}"
            self.fail(f"{value!r} is not a whole number {bounds}", param, ctx)
        return super().convert(value, param, ctx)
