"""What there is to say of a variant and its project besides how it ran: warnings and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.text.diagnostic import Diagnostic
from wptest.scenario.load import LoadedVariant


def remarks(variant: LoadedVariant, cwd: Path) -> tuple[str, ...]:
    """Each as plain text; equal ones are the same remark, so that nobody has to read one twice."""
    return tuple(warning.render(cwd) for warning in variant.warnings)


def as_data(warnings: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as JSON has them."""
    return [asdict(each) | {"path": str(each.path), "code": str(each.code)} for each in warnings]
