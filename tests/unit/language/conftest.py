from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from engine.text.diagnostic import Diagnostic, sorted_unique
from wptest.scenario.load import Loaded, load_file
from wptest.text.scenario_source import InvalidScenario

Load = Callable[..., list[Loaded]]
Mistakes = Callable[..., list[Diagnostic]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a scenario from its text."""

    def load_text(text: str, env: Mapping[str, str] | None = None) -> list[Loaded]:
        path = tmp_path / "s.wptest.yaml"
        path.write_text(text, encoding="utf-8")
        return load_file(path, env)

    return load_text


@pytest.fixture
def mistakes(load: Load) -> Mistakes:
    """The mistakes of a scenario's text, in order."""

    def mistakes_of(text: str, env: Mapping[str, str] | None = None) -> list[Diagnostic]:
        with pytest.raises(InvalidScenario) as caught:
            load(text, env)
        return caught.value.diagnostics

    return mistakes_of


@pytest.fixture
def warnings(load: Load) -> Mistakes:
    """What there is to warn of in a scenario's text, each once, in order."""

    def warnings_of(text: str, env: Mapping[str, str] | None = None) -> list[Diagnostic]:
        told = [warning for one in load(text, env) for variant in one.variants for warning in variant.warnings]
        return sorted_unique(told)

    return warnings_of
