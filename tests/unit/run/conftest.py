from __future__ import annotations

import sys
from pathlib import Path

import pytest

# scenario_bench.py is shared by this directory's tests; they use the engine's bench and the projects' trees, too.
sys.path[:0] = [str(Path(__file__).parents[1] / part) for part in ("engine", "project")]
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def variant_of(tmp_path):
    """Load the only variant of a scenario from its text."""
    from wptest.scenario.load import load_file

    def load(text):
        path = tmp_path / "s.wptest.yaml"
        path.write_text(text, encoding="utf-8")
        ((variant,),) = (loaded.variants for loaded in load_file(path))
        return variant

    return load


@pytest.fixture
def play(variant_of):
    """Run a scenario from its text: its result."""
    from wptest.run.running import run_variant

    def run(text, **options):
        from wptest.run.world import RunOptions

        return run_variant(variant_of(text), RunOptions(**options))

    return run
