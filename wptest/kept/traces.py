"""Traces that are kept beside scenarios, in `traces.json`: what each run did, so that a change of it is seen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from engine.text.mistake import Mistake
from engine.units import format_duration
from wptest.kept.whole_file import write_whole
from wptest.run.result import Result

TRACES_FILE = "traces.json"
_ANEW = "take it away, and make it anew with --update"
DIGITS = 16  # of the hash: nobody makes two traces alike on purpose


@dataclass(frozen=True, slots=True)
class Traced:
    """What one variant did.

    Attributes:
        outcome: of the run by itself: what the scenario expects to fail is `failed`.
        findings: their codes, in order.
        ends: when its steps had been taken, in nanoseconds of its own time.
        events: how many there were of each kind.
        hash: the beginning of the trace's.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    outcome: str
    findings: tuple[str, ...] = ()
    ends: int = 0
    events: Mapping[str, int] = field(default_factory=dict)
    hash: str = ""

    @classmethod
    def of(cls, result: Result) -> Traced:
        """What a run did."""
        codes = tuple(str(each.code) for each in result.findings)
        events = dict(sorted(Counter(event.kind for event in result.events).items()))
        return cls(result.outcome.value, codes, result.virtual_time, events, result.trace_hash[:DIGITS])

    @property
    def verdict(self) -> tuple[str, tuple[str, ...]]:
        """What it was judged to be, and why."""
        return self.outcome, self.findings

    def changes(self, now: Traced) -> Iterator[str]:
        """What is otherwise now, nothing where all is the same."""
        if self == now:
            return
        said = [*self._changed_counts(now)]
        for what, before, after in (
            ("outcome", self.outcome, now.outcome),
            ("findings", ", ".join(self.findings) or "none", ", ".join(now.findings) or "none"),
            ("ends", format_duration(self.ends), format_duration(now.ends)),
        ):
            if before != after:
                said.append(f"{what} {before} -> {after}")
        yield from said or ["the same events, in another order, at other times, or of other things"]

    def _changed_counts(self, now: Traced) -> Iterator[str]:
        for kind in sorted({*self.events, *now.events}):
            before, after = self.events.get(kind, 0), now.events.get(kind, 0)
            if before != after:
                yield f"{kind} {before} -> {after}"


@dataclass(slots=True)
class Traces:
    """The traces of scenarios under one behaviour and seed, by `FILE::SCENARIO::VARIANT`."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    behaviour: tuple[str, ...]
    seed: Annotated[int, Field(ge=0)]
    of: dict[str, Traced] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([*(self.behaviour or ("reference",)), *([f"seed {self.seed}"] if self.seed else [])])


def read_traces(path: Path) -> list[Traces]:
    """What a file keeps, nothing where there is none.

    Raises:
        Mistake: it can't be read, or isn't what `write_traces` has written.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(f"{path} can't be read: {error}") from None
    try:
        json.loads(text)
        kept = TypeAdapter(list[Traces]).validate_json(text, strict=True)
    except json.JSONDecodeError as error:
        raise Mistake(f"{path}:{error.lineno}:{error.colno}: {error.msg}", help_=_ANEW) from None
    except ValidationError as error:
        first = error.errors()[0]
        wrong = f"{'.'.join(map(str, first['loc'])) or 'all of it'}: {first['msg']}"
        raise Mistake(f"{path} is not of this version of wptest: {wrong}", help_=_ANEW) from None
    for index, each in enumerate(kept):
        if any((other.behaviour, other.seed) == (each.behaviour, each.seed) for other in kept[:index]):
            raise Mistake(f"{path} has the traces of {each} twice", help_=_ANEW)
    return kept


def write_traces(path: Path, kept: list[Traces]) -> None:
    """Write them, one line for each variant, so that a difference of two versions can be read.

    Raises:
        OSError: it can't be written.
    """
    write_whole(path, f"[{', '.join(map(_written, kept))}]\n")


def _written(traces: Traces) -> str:
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(asdict(it))}" for name, it in sorted(traces.of.items()))
    return f'{{"behaviour": {json.dumps(traces.behaviour)}, "seed": {traces.seed}, "of": {{\n{rows}\n}}}}'
