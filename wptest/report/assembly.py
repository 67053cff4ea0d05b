"""Listens to what happens, and makes the document of it, whole or of as much as was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from wptest.document.report_document import ReportDocument, ReportedCommand
from wptest.document.report_events import ReportEvent, VariantEnded
from wptest.document.reported_place import ReportedFile, ReportedMistake
from wptest.document.reported_variant import ReportedVariant
from wptest.report.summary import Summary
from wptest.text.codes import Code
from wptest.words.failures import Failure

_MEANINGS = {str(code): code.meaning for code in (*Failure, *Code)}


class Assembly:
    """A listener: what it has heard becomes a document.

    Attributes:
        summary: how many ended how; `planned` and `interrupted` are for whoever knows of them to set.
    """

    def __init__(self, versions: Mapping[str, str]) -> None:
        self.summary = Summary()
        self._versions = versions
        self._results: list[ReportedVariant] = []
        self._invalid: dict[str, ReportedFile] = {}
        self._warnings: dict[ReportedMistake, None] = {}
        self._sources: dict[str, str] = {}

    def hear(self, event: ReportEvent) -> None:
        """See `ReportListener`."""
        if isinstance(event, VariantEnded):
            self._end(event)

    def _end(self, event: VariantEnded) -> None:
        told = event.told
        self._warnings |= dict.fromkeys(event.warnings)
        if event.source:
            self._sources[told.file] = event.source
        if isinstance(told, ReportedVariant):
            self._results.append(told)
            self.summary.add(told.outcome)
        elif told.file in self._invalid:
            # Every variant of a file finds the same mistakes in it: the file counts as one.
            self.summary.planned -= 1
        else:
            self._invalid[told.file] = told
            self.summary.add("invalid")

    def document(self, command: ReportedCommand) -> ReportDocument:
        """What was heard so far, as what came of a command."""
        results, invalid, warnings = tuple(self._results), tuple(self._invalid.values()), tuple(self._warnings)
        return ReportDocument(
            versions=self._versions,
            commands=(command,),
            summary=self.summary.reported(),
            results=results,
            invalid=invalid,
            warnings=warnings,
            codes=code_meanings(codes_in(results, invalid, warnings)),
            sources=self._sources,
        )


def code_meanings(codes: Iterable[str]) -> dict[str, str]:
    """What codes stand for, those that are known."""
    return {code: _MEANINGS[code] for code in sorted(set(codes)) if code in _MEANINGS}


def codes_in(
    results: Iterable[ReportedVariant], invalid: Iterable[ReportedFile], warnings: Iterable[ReportedMistake]
) -> Iterator[str]:
    """All codes in these parts of a document."""
    for told in results:
        yield from (each.code for each in told.findings)
        yield from (each.code for done in told.explorations for breach in done.breaches for each in breach.findings)
    yield from (each.code for file in invalid for each in file.mistakes)
    yield from (each.code for each in warnings)
