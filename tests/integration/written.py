"""Scenarios that tests write themselves."""

from __future__ import annotations

from pathlib import Path

from engine.text.source_text import SourceText
from wptest.scenario.load import LoadedVariant, load_text


def variant_of(text: str) -> LoadedVariant:
    """The variant of a scenario that has one."""
    return load_text(SourceText(Path("written.wptest.yaml"), text))[0].variants[0]
