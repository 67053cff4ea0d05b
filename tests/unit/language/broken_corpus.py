"""Reads `broken/*.txt`: broken scenarios, and what wptest has to say of each, letter by letter.

A case is `### name`, the scenario, `>>>`, and the whole of what is shown. After a change of a message, write the
files anew with `python tests/unit/language/broken_corpus.py` and read the difference as somebody would who has made
the mistake and knows only the message.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.text.diagnostic import Diagnostic
from wptest.scenario.load import load_file
from wptest.text.scenario_source import InvalidScenario

DIRECTORY = Path(__file__).parent / "broken"


@dataclass(frozen=True)
class Case:
    text: str
    shown: str


def read(path: Path) -> dict[str, Case]:
    cases = {}
    for block in path.read_text(encoding="utf-8").split("### ")[1:]:
        name, _, rest = block.partition("\n")
        text, _, shown = rest.partition(">>>\n")
        cases[f"{path.stem}: {name}"] = Case(text, shown.strip("\n"))
    return cases


CASES = {name: case for path in sorted(DIRECTORY.glob("*.txt")) for name, case in read(path).items()}


def mistakes_in(text: str, directory: Path) -> list[Diagnostic]:
    path = directory / "night.wptest.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load_file(path)
    except InvalidScenario as error:
        return error.diagnostics
    return []


def shown(text: str, directory: Path) -> str:
    found = "\n\n".join(told.render(directory) for told in mistakes_in(text, directory))
    return found.replace(str(directory), "/home/me/scenarios")


def write_anew() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary) / "scenarios"
        directory.mkdir()
        for path in sorted(DIRECTORY.glob("*.txt")):
            blocks = [
                f"### {name.partition(': ')[2]}\n{case.text}>>>\n{shown(case.text, directory)}\n"
                for name, case in read(path).items()
            ]
            path.write_text("\n".join(blocks), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(write_anew())
