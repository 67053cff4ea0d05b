from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wptest.extend.discovery import Discovered, find_extensions
from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file

# The tests of the schema use the code of those of the language.
sys.path.insert(0, str(Path(__file__).parent))

HEAD = "from __future__ import annotations\n\nfrom typing import *\n\nimport wptest\n\n\n"


@pytest.fixture
def found(tmp_path):
    """What is found in a directory whose conftest.py has this code."""

    def find(code: str, head: str = HEAD) -> Discovered:
        (tmp_path / "conftest.py").write_text(head + code, encoding="utf-8")
        return find_extensions(tmp_path)

    return find


@pytest.fixture
def wrong(found):
    """The mistakes in this code: message, and the text under the carets."""

    def mistakes(code: str, head: str = HEAD) -> list[tuple[str, str]]:
        problems = found(code, head).problems
        return [(told.message, told.source_line[told.column - 1 :][: told.length]) for told in problems]

    return mistakes


@pytest.fixture
def play(tmp_path):
    """Run the only variant of a scenario whose directory has this code in its conftest.py."""

    def run(code: str, text: str, name: str = ".", **options: object) -> Result:
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "conftest.py").write_text(HEAD + code, encoding="utf-8")
        path = tmp_path / name / "s.wptest.yaml"
        path.write_text(text, encoding="utf-8")
        ((variant,),) = (loaded.variants for loaded in load_file(path))
        return run_variant(variant, RunOptions(**options))

    return run
