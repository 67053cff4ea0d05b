"""What the stages of loading have in common: they tell mistakes by the path of the value that is wrong."""

from __future__ import annotations

from wptest.text.codes import Code
from wptest.text.diagnostic import Diagnostic
from wptest.text.document import Document, KeyPath
from wptest.text.source import Span


class Telling:
    """Collects the mistakes of one stage in `problems`."""

    document: Document
    problems: list[Diagnostic]

    def _span(self, path: KeyPath, *, key: bool = False) -> Span:
        """Where the value at `path` stands, or its key."""
        return self.document.key_span_of(path) if key else self.document.span_of(path)

    def _problem(
        self,
        path: KeyPath,
        message: str,
        code: Code,
        expected: str | None = None,
        help_: str | None = None,
        *,
        key: bool = False,
    ) -> None:
        """Add a mistake at the value at `path`, or at its key."""
        span = self._span(path, key=key)
        self.problems.append(self.document.source.diagnostic(span, message, code, expected=expected, help_=help_))
