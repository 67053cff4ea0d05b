"""What the words of steps mean for either player: what a `write` puts into a file, what a `watch` tells."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.programs.program_specs import PROGRAMS
from engine.units import parse_size
from wptest.recordings.case import Case, TakenStep
from wptest.recordings.case_faults import Fault, faults_of_project, faults_of_step, why_outside
from wptest.recordings.played import UnplayableError

MOST_READ = 65536  # bytes, of a pipe at once
_TURNS = re.compile(r"\{([^{}]*\|[^{}]*)\}")


def refuse_foreign(case: Case) -> None:
    """Refuse what would reach out of the directory of the run, wherever the case has come from.

    Raises:
        UnplayableError: a path leads out of it, or a program is none that is played here.
    """
    faults = [
        *faults_of_project(case.project),
        *(fault for step in case.steps for fault in faults_of_step(step.kind, step.given)),
        *(Fault(why) for place in case.places if (why := why_outside(place))),
    ]
    if faults:
        raise UnplayableError(faults[0].problem)
    commands = [str(step.given) for step in case.steps if step.kind in ("run", "start")]
    if foreign := [name for name in (each.split()[0] for each in commands) if name not in PROGRAMS]:
        raise UnplayableError(f"the program '{foreign[0]}': one of {', '.join(PROGRAMS)} was expected")


def taken_by(player: object, steps: Sequence[TakenStep]) -> list[tuple[Callable[[TakenStep], Any], TakenStep]]:
    """What a player does at each step.

    Raises:
        UnplayableError: it doesn't have one of them.
    """
    if missing := next((step.kind for step in steps if not hasattr(player, f"_do_{step.kind}")), None):
        raise UnplayableError(f"the step '{missing}'")
    return [(getattr(player, f"_do_{step.kind}"), step) for step in steps]


def growth(seen: Sequence[str]) -> dict[str, Any]:
    """What a `watch` tells: when its file had come to how many lines."""
    return {"seconds since the watch began: lines": ", ".join(seen), "steps": len(seen)}


def room(size: str) -> int:
    """How many bytes a `tmpfs` or `resize` step says, `32k` or `1m`."""
    return parse_size(size.replace("k", "KiB").replace("m", "MiB"))


def content(given: Mapping[str, Any]) -> bytes:
    """What a step writes: numbered lines, plain or as entries of rescue files, or bytes as they stand."""
    if "bytes" in given:
        return str(given["bytes"]).encode("latin-1")
    data = b"".join(line + b"\n" for line in _lines(given))
    if given.get("end") == "no newline":
        data = data[:-1]
    return data[: len(data) - given.get("cut", 0)]


def _lines(given: Mapping[str, Any]) -> Iterator[bytes]:
    first, special = given.get("first", 1), given.get("special", {})
    for place in range(given["lines"]):
        if (place + 1) in special:
            yield special[place + 1].encode("latin-1")
        else:
            line = _line(given, first + place)
            yield (_entry(line) if given.get("as") == "entry" else line).encode()


def _line(given: Mapping[str, Any], number: int) -> str:
    packages = given.get("of", "web")
    package = packages if isinstance(packages, str) else packages[(number - 1) % len(packages)]
    form = given.get("line", "wp_event_id={n} {package} line ok")
    text = form.replace("{n}", str(number)).replace("{package}", package)
    return _TURNS.sub(lambda match: _in_turn(match[1].split("|"), number), text)


def _in_turn(texts: list[str], number: int) -> str:
    return texts[(number - 1) % len(texts)]


def _entry(line: str) -> str:
    entry = {"version": 1, "kind": "raw", "raw": line}
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=False)
