"""`python -m tests.recordings.compact DIR`: makes the files of `data/` of a directory with folders of recordings.

A case becomes one file, and its project what it has otherwise than the project that most cases have. Times and
counts of log messages are left out: they are words of one version's log, and nothing is held against them.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.recordings import DATA
from wptest.recordings.case import Case
from wptest.recordings.whole_cases import COMMON, cases_in

_LEFT_OUT = ("log_times", "log_counts", "output_head", "panic")
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def main(directory: Path, data: Path = DATA) -> None:
    """Write the files, and take away those of cases that there are no more."""
    cases = cases_in(directory)
    common = _common([case.project for case in cases])
    data.mkdir(exist_ok=True)
    for old in data.glob("*.yaml"):
        old.unlink()
    _write(data / COMMON, common)
    for case in cases:
        _write(data / f"{case.name}.yaml", _told(case, common))


def _common(projects: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Of each path that more than half of the projects have, the text that most of them have."""
    texts: dict[str, Counter[str]] = {}
    for project in projects:
        for path, text in project.items():
            texts.setdefault(path, Counter())[text] += 1
    often = {path: counted for path, counted in texts.items() if counted.total() > len(projects) / 2}
    return {path: counted.most_common(1)[0][0] for path, counted in sorted(often.items())}


def _told(case: Case, common: Mapping[str, str]) -> dict[str, Any]:
    differs: dict[str, str | None] = {path: text for path, text in case.project.items() if common.get(path) != text}
    differs |= dict.fromkeys(path for path in common if path not in case.project)
    told: dict[str, Any] = {"case": case.name, "title": case.title}
    if case.as_user:
        told["user"] = True
    if case.doubts:
        told["doubts"] = list(case.doubts)
    steps = [
        {step.kind: step.given}
        | ({"name": step.name} if step.name is not None else {})
        | ({"timeout": step.timeout} if step.timeout != 60 else {})
        for step in case.steps
    ]
    return told | {"steps": steps, "project": dict(sorted(differs.items())), "runs": list(map(_run, case.runs))}


def _run(run: Mapping[str, Any]) -> dict[str, Any]:
    programs = [{key: value for key, value in each.items() if key not in _LEFT_OUT} for each in run["programs"]]
    return {"programs": programs, "looks": run["looks"]}


def _write(path: Path, told: Mapping[str, Any]) -> None:
    path.write_text(yaml.dump(told, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=116))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
