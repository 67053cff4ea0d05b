"""From a scenario that fails to the smallest one that fails for the same reason (design section 7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import yaml

from engine.behaviour import REFERENCE
from wptest.check.finding import Outcome
from wptest.check.invariants import NAMES
from wptest.explore.edits import Plain, bare, simpler, smaller
from wptest.language.diagnostic import InvalidScenario
from wptest.language.load import LoadedVariant, load_text
from wptest.language.source import SourceText
from wptest.run.result import Result
from wptest.run.run import run_variant
from wptest.run.world import RunOptions

MOST_RUNS = 200


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest scenario that was found.

    Attributes:
        scenario: as plain data.
        reason: what doesn't hold in it: the name of an invariant or the path of an expectation.
        message: what the run said of it.
        runs: how many runs it took.
        steps: how many steps it has.
    """

    scenario: Plain
    reason: str
    message: str
    runs: int
    steps: int

    def as_yaml(self) -> str:
        """The scenario as a file that fails alone, with what it shows in a comment."""
        text = yaml.dump(self.scenario, Dumper=_Writer, sort_keys=False, default_flow_style=None, width=110)
        return f"# Shows: {self.reason}: {self.message}\n{text}"


class _Writer(yaml.SafeDumper):
    """Writes YAML as people do: items of a list are indented, and line ends stand as an escape."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists as well."""
        del indentless
        super().increase_indent(flow, False)


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if any(not character.isprintable() for character in text) else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text)


class NoFailureError(Exception):
    """The scenario doesn't fail, so there is nothing to make smaller."""


def shrink(variant: LoadedVariant, options: RunOptions, *, most: int = MOST_RUNS) -> Shrunk:
    """Leave out and round down whatever the failure doesn't need, in at most so many runs.

    With another behaviour than the reference, every smaller scenario must pass on the reference: it shows the
    behaviour's fault, and not one of its own.

    Raises:
        NoFailureError: the scenario doesn't fail.
    """
    return _Shrinker(variant, options, most).shrink()


class _Shrinker:
    def __init__(self, variant: LoadedVariant, options: RunOptions, most: int) -> None:
        self._path = variant.document.source.path
        self._options = options
        self._most = most
        self._runs = 0
        self._known: set[str] = set()
        self._scenario: Plain = bare(variant.value)
        self._reason, self._message = self._first(run_variant(variant, options))

    def shrink(self) -> Shrunk:
        while self._improve(smaller) or self._improve(simpler):
            pass
        return Shrunk(self._scenario, self._reason, self._message, self._runs, len(self._scenario["when"]))

    def _first(self, result: Result) -> tuple[str, str]:
        """What is kept: a broken invariant if there is one, since it needs no expectation of the scenario's own."""
        failed = [each for each in result.findings if each.outcome is Outcome.FAILED]
        if not failed:
            raise NoFailureError(f"{result.name} {result.outcome.value}")
        kept = next((each for each in failed if each.name in NAMES), failed[0])
        return kept.name, kept.message

    def _improve(self, edits: Callable[[Plain], Iterable[Plain]]) -> bool:
        """Take the first edit that still fails, and the next ones from there; whether there was any."""
        improved = False
        found = True
        while found:
            found = any(self._take(candidate) for candidate in edits(self._scenario))
            improved = improved or found
        return improved

    def _take(self, candidate: Plain) -> bool:
        key = json.dumps(candidate, sort_keys=True, default=str)
        if self._runs >= self._most or key in self._known:
            return False
        self._known.add(key)
        variant = self._load(candidate)
        message = self._fails(variant) if variant is not None else None
        if message is None:
            return False
        self._scenario, self._message = candidate, message
        return True

    def _load(self, candidate: Plain) -> LoadedVariant | None:
        try:
            loaded = load_text(SourceText(self._path, json.dumps(candidate)))
        except InvalidScenario:
            return None
        return loaded[0].variants[0]

    def _fails(self, variant: LoadedVariant) -> str | None:
        """What it says when it fails for the same reason, and doesn't without the fault."""
        self._runs += 1
        message = self._told(run_variant(variant, self._options))
        if message is None or self._options.behaviour == REFERENCE:
            return message
        self._runs += 1
        sound = run_variant(variant, RunOptions(self._options.seed)).outcome is Outcome.PASSED
        return message if sound else None

    def _told(self, result: Result) -> str | None:
        for finding in result.findings:
            if finding.outcome is Outcome.FAILED and finding.name == self._reason:
                return finding.message
        return None
