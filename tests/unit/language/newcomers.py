"""Reads `newcomers/*.txt`: mistakes as people make them who write their first scenarios, and what they are told.

A case is `### name`, the mistake, `>>>`, and all that is shown. The mistake is a change of `BASE`: lines with `-`
are taken out and those with `+` put in their place, `~` parts two such changes. Lines with `|` are a whole file:
the scenario, or behind `@ path` one beside it. After a change of a message, write the files anew with
`python tests/unit/language/newcomers.py` and read the difference as somebody would who knows only the message.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from wptest.scenario.load import load_file
from wptest.text.scenario_source import InvalidScenario

DIRECTORY = Path(__file__).parent / "newcomers"
BASE = """\
scenario: outage
title: A sink fails and all lines come back
project:
  speed_limit: 100
  sinks:
    access_log: {type: test_rescue, phases: [up 2s, down 2s]}
    audit_log: {}
given:
  source: {lines: 400, rate: 100/s}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
then:
  exit: {wparse: 0, wprescue: 0}
  sinks:
    access_log: {lines: 400}
  rescue: {dat: 0, lock: 0}
"""


@dataclass(frozen=True)
class Case:
    mistake: str
    shown: str
    files: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.files[""]


def read(path: Path) -> dict[str, Case]:
    cases = {}
    for block in path.read_text(encoding="utf-8").split("### ")[1:]:
        name, _, rest = block.partition("\n")
        mistake, _, shown = rest.partition(">>>\n")
        cases[f"{path.stem}: {name}"] = Case(mistake, shown.strip("\n"), _files(mistake))
    return cases


def _files(mistake: str) -> dict[str, str]:
    files, place, old, new = {"": BASE}, "", "", ""
    whole: dict[str, str] = {}
    for line in [*mistake.split("\n"), "~"]:
        sign, rest = line[:1], f"{line[1:]}\n"
        if sign == "@":
            place = line[2:]
        elif sign == "|":
            whole[place] = whole.get(place, "") + rest
        elif sign == "-":
            old += rest
        elif sign == "+":
            new += rest
        elif sign == "~":
            assert files[""].count(old), f"{old!r} is not in the scenario"
            files[""], old, new = files[""].replace(old, new, 1) if old else files[""], "", ""
    return files | whole


CASES = {name: case for path in sorted(DIRECTORY.glob("*.txt")) for name, case in read(path).items()}


def shown(case: Case, directory: Path) -> str:
    for name, text in case.files.items():
        path = directory / (name or "night.wptest.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (directory / "pytest.ini").touch()
    try:
        loaded = load_file(directory / "night.wptest.yaml")
    except InvalidScenario as error:
        told = [each.render(directory) for each in error.diagnostics]
    else:
        told = [line for one in loaded for variant in one.variants for line in _found(variant, directory)]
    return "\n\n".join(told).replace(str(directory), "/home/me/scenarios")


def _found(variant, directory: Path) -> list[str]:
    from wptest.report.result_text import finding_lines
    from wptest.run.running import run_variant

    result = run_variant(variant)
    return ["\n".join(finding_lines(result, each, directory)) for each in result.findings]


def write_anew() -> None:
    for path in sorted(DIRECTORY.glob("*.txt")):
        blocks = []
        for name, case in read(path).items():
            with tempfile.TemporaryDirectory() as temporary:
                directory = Path(temporary) / "scenarios"
                directory.mkdir()
                told = shown(case, directory)
            blocks.append(f"### {name.partition(': ')[2]}\n{case.mistake}>>>\n{told}\n")
        path.write_text("\n".join(blocks), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(write_anew())
