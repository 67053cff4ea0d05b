"""What is to be said of a project directory, whatever its scenarios do: warnings, and sinks that are stand-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.project.model import SinkConf
from wptest.language.diagnostic import Diagnostic, shown_path
from wptest.language.load import LoadedVariant


def remarks(variant: LoadedVariant, cwd: Path) -> tuple[str, ...]:
    """Each as plain text; equal ones are the same remark, so that nobody has to read one twice."""
    return *(warning.render(cwd) for warning in variant.warnings), *stand_ins(variant, cwd)


def stand_ins(variant: LoadedVariant, cwd: Path) -> tuple[str, ...]:
    """The sinks that something else stood for, in one remark; none in most projects."""
    found = variant.project.stand_ins
    if not found or variant.directory is None:
        return ()
    return (f"stand-ins in {shown_path(variant.directory.path, cwd)}: {', '.join(map(stand_in, found))}",)


def stand_in(sink: SinkConf) -> str:
    """A stand-in: its sink, what it stands for, and where its lines are."""
    return f"{sink.id} for {sink.kind} ({sink.path})"


def as_data(warnings: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as JSON has them."""
    return [asdict(each) | {"path": str(each.path), "code": str(each.code)} for each in warnings]
