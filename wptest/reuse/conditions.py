"""`skip`, `xfail` and `only_if`: which variants aren't run, or are expected to fail, and always why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.text.diagnostic import Diagnostic
from engine.text.mistake import Mistake
from engine.text.source_text import KeyPath
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.text.yaml_document import Telling, YamlDocument

_KEYS = ("expression", "reason")
_EXPECTED = "{expression: \"matrix.stop != 'KILL'\", reason: TEXT}"
_EXAMPLES = {
    "skip": "a reason like 'waits for a fix of the picker'",
    "xfail": "a reason like 'known loss, issue 12'",
    "reason": "a text that says why the others are skipped",
}


@dataclass
class Conditions(Telling):
    """Reads the conditions of one document; `env` is what they can see as `env.NAME`."""

    document: YamlDocument
    env: Mapping[str, str]
    problems: list[Diagnostic] = field(default_factory=list)

    def reason(self, key: str, values: Mapping[str, Any]) -> str:
        """The reason under `skip` or `xfail`, empty where there is none."""
        return self._text((key,), values[key]) if key in values else ""

    def skips(self, rows: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> list[str]:
        """For each variant why `only_if` skips it; empty where it doesn't."""
        written = values.get("only_if")
        if "only_if" not in values:
            return [""] * len(rows)
        if not isinstance(written, dict):
            message = "'only_if' is an expression and a reason"
            self.problem(("only_if",), message, Code.WRONG_TYPE, _EXPECTED)
            return [""] * len(rows)
        self._check_keys(written)
        reason = self._text(("only_if", "reason"), written["reason"]) if "reason" in written else ""
        expression = written.get("expression")
        if "expression" not in written:
            return [""] * len(rows)
        if not isinstance(expression, str):
            path = ("only_if", "expression")
            self.problem(path, "this is not an expression", Code.WRONG_TYPE, "a text like matrix.lines > 100")
            return [""] * len(rows)
        return ["" if self._holds(expression, row) else reason for row in rows]

    def _check_keys(self, written: Mapping[str, Any]) -> None:
        unknown = [key for key in written if key not in _KEYS]
        for key in unknown:
            self.unknown(("only_if", key), "key", key, _KEYS, Code.UNKNOWN_KEY, at_key=True)
        for key in _KEYS:
            if key not in written and did_you_mean(key, unknown) is None:
                message = f"the key '{key}' is missing"
                self.problem(("only_if",), message, Code.MISSING_KEY, _EXPECTED, at_key=True)

    def _text(self, path: KeyPath, value: Any) -> str:
        key = str(path[-1])
        if value is None:
            help_ = "say why, or remove the key"
            self.problem(path, f"the key '{key}' has no value", Code.WRONG_TYPE, _EXAMPLES[key], help_, at_key=True)
        elif not isinstance(value, str) or not value.strip():
            self.problem(path, f"'{key}' needs a reason, in words", Code.WRONG_VALUE, _EXAMPLES[key])
        elif "${{" in value:
            # The outline reads reasons before it knows values.
            self.problem(path, "a reason is the same for all variants, and can't use ${{ }}", Code.MATRIX)
        else:
            return value
        return ""

    def _holds(self, text: str, row: Mapping[str, Any]) -> bool:
        # Slow to import, and collection needs it for the few files with a condition only.
        from wptest.expressions.quantity import kind_name  # noqa: PLC0415
        from wptest.expressions.scope import Scope, UnknowableError  # noqa: PLC0415

        bare, offset = _inside(text)
        try:
            value = Scope(row, self.env, lenient=True).value_of(bare)
        except Mistake as error:
            self._problem_inside(text, offset, error)
            return True
        except UnknowableError:
            return True
        if not isinstance(value, bool):
            message = f"'only_if' has to be true or false, and this is {kind_name(value)}"
            help_ = "compare it with something"
            self._problem_inside(text, offset, Mistake(message, help_=help_, within=(0, max(1, len(bare)))))
            return True
        return value

    def _problem_inside(self, text: str, offset: int, error: Mistake) -> None:
        start, length = error.within or (0, len(text) - offset)
        span = self.document.span_inside(("only_if", "expression"), text, start + offset, length)
        told = self.document.source.telling(span, error, Code.EXPRESSION)
        if told not in self.problems:
            self.problems.append(told)


def _inside(text: str) -> tuple[str, int]:
    """The expression without the `${{ }}` that may stand around it, and where it begins."""
    stripped = text.strip()
    if stripped.startswith("${{") and stripped.endswith("}}"):
        return stripped[3:-2], text.index("${{") + 3
    return text, 0
