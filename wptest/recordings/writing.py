"""Writes a case as a folder: `case.yaml` with the steps, `seen.yaml` with what was seen, and `project/`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from wptest.recordings.case import Case, TakenStep

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_CONVENTIONS = {
    "write": "'line' with {n} for its number, 'first' the first number; 'as: entry': each line stands in an object "
    'of JSON, {"version":1,"kind":"raw","raw":LINE}; in \'bytes\' each character is one byte',
    "run / start / wait_exit": "run waits until the program has ended, start goes on",
    "doubts": "what was otherwise than the steps say: a difference proves nothing then",
    "look": "every file below data/out_dat, data/rescue and rescue is looked at: see seen.yaml",
    "numbers": "which numbered lines a file has: '1-300 x2' is each of them twice",
    "<time>": "YYYY-MM-DD_HH:MM:SS in UTC",
}


def write_case(directory: Path, case: Case, versions: Mapping[str, str]) -> Path:
    """Write a case into a folder of its own in the directory, over an earlier one of its name.

    Raises:
        OSError: it can't be written.
    """
    folder = directory / case.name
    for path, text in case.project.items():
        place = folder / "project" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    about: dict[str, Any] = {"case": case.name, "title": case.title, "versions": dict(versions)}
    if case.doubts:
        about["doubts"] = list(case.doubts)
    steps = list(map(_step, case.steps))
    _write(folder / "case.yaml", about | {"recorded": len(case.runs), "steps": steps, "conventions": _CONVENTIONS})
    _write(folder / "seen.yaml", {"case": case.name, "versions": dict(versions), "runs": list(case.runs)})
    return folder


def _step(step: TakenStep) -> dict[str, Any]:
    return {step.kind: step.given} | ({"name": step.name} if step.name is not None else {})


def _write(path: Path, told: Mapping[str, Any]) -> None:
    path.write_text(
        yaml.dump(told, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=116), encoding="utf-8"
    )
