"""`steps:` as a scenario writes it: named sequences of steps, and the parameters that each takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.text.diagnostic import Diagnostic
from wptest.expressions.parameters import PARAMETER_KINDS
from wptest.text.codes import Code
from wptest.text.yaml_document import Telling, YamlDocument

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_KEYS = ("with", "do")
# A step that is wrong: does nothing, and keeps the numbers of the others.
NO_STEP: Mapping[str, Any] = {"heal": True}
_NAMES = "letters, digits, _ and - only"


@dataclass(frozen=True, slots=True)
class Sequence:
    """Named steps, as written, and the kinds of their parameters."""

    name: str
    parameters: Mapping[str, str]
    steps: list[dict[str, Any]]


@dataclass
class Definitions(Telling):
    """Reads the sequences of one document."""

    part = ("steps",)
    document: YamlDocument
    problems: list[Diagnostic] = field(default_factory=list)

    def read(self, written: Any) -> dict[str, Sequence]:
        """The sequences by name; one that is wrong is there without what is wrong in it."""
        if not isinstance(written, dict):
            expected = "steps: {NAME: {do: [...]}}"
            help_ = "what happens in a scenario stands in 'when'; 'steps' has steps to be used by name"
            self.problem((), "'steps' is a mapping of names to steps", Code.WRONG_TYPE, expected, help_)
            return {}
        return {name: self._sequence(name, spec) for name, spec in written.items()}

    def _sequence(self, name: str, spec: Any) -> Sequence:
        if not _NAME.fullmatch(name):
            self.problem((name,), f"'{name}' is not a name for steps", Code.WRONG_VALUE, _NAMES, at_key=True)
        if not isinstance(spec, dict):
            expected = "{with: {PARAMETER: KIND}, do: [...]}"
            self.problem((name,), f"'{name}' is not a mapping with 'do'", Code.WRONG_TYPE, expected)
            return Sequence(name, {}, [])
        for key in spec:
            if key not in _KEYS:
                self.unknown((name, key), "key", key, _KEYS, Code.UNKNOWN_KEY, at_key=True)
        return Sequence(name, self._parameters(name, spec.get("with", {})), self._steps(name, spec))

    def _parameters(self, name: str, written: Any) -> dict[str, str]:
        if not isinstance(written, dict):
            expected = "with: {PARAMETER: KIND}"
            message = "'with' is a mapping of parameters to kinds"
            self.problem((name, "with"), message, Code.WRONG_TYPE, expected)
            return {}
        parameters = {}
        for parameter, kind in written.items():
            path = (name, "with", parameter)
            if not _NAME.fullmatch(parameter):
                self.problem(
                    path, f"'{parameter}' is not a parameter's name", Code.WRONG_VALUE, _NAMES, at_key=True
                )
            if kind not in PARAMETER_KINDS:
                self.unknown(path, "kind", str(kind), PARAMETER_KINDS, Code.UNKNOWN_WORD, at_key=False)
            parameters[parameter] = kind if kind in PARAMETER_KINDS else "any"
        return parameters

    def _steps(self, name: str, spec: Mapping[str, Any]) -> list[dict[str, Any]]:
        if "do" not in spec:
            self.problem((name,), "the key 'do' is missing", Code.MISSING_KEY, "do: [...]", at_key=True)
            return []
        steps = spec["do"]
        if not isinstance(steps, list) or not steps:
            message = f"the steps '{name}' have nothing to do"
            self.problem((name, "do"), message, Code.WRONG_VALUE, "a list with at least one step")
            return []
        for index, step in enumerate(steps):
            if not isinstance(step, dict):
                message, expected = "a step is a mapping", "a step like {wait: idle}"
                self.problem((name, "do", index), message, Code.WRONG_TYPE, expected)
        return [step if isinstance(step, dict) else dict(NO_STEP) for step in steps]
