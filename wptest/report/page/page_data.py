"""What the page needs of a document: without what is empty, and with what doesn't hold in groups by cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from wptest.document.document_json import document_data
from wptest.document.report_document import ReportDocument
from wptest.document.reported_finding import ReportedFinding
from wptest.document.reported_variant import ReportedVariant
from wptest.report.causes import Cause, grouped
from wptest.report.page.shared_pictures import SharedPictures

# What nobody looks at where all is well, and there may be thousands of it.
_OF_NO_PASS = ("text", "trace_hash", "replay", "file", "seed", "subject", "disk")
_EXAMPLES = 2  # of a group, that can be compared with the reference


@dataclass(frozen=True, slots=True)
class _PlacedCause(Cause):
    """A cause with the phase and the sink that it came in."""

    phase: str = ""
    sink: str = ""

    @property
    def kind(self) -> tuple[str, str]:
        """See `Cause`: what has the same code, name, phase and sink has the same cause."""
        return self.outcome, f"{self.code}\0{self.name}\0{self.phase}\0{self.sink}"


def page_data(document: ReportDocument) -> dict[str, Any]:
    """The document as the page has it."""
    data = document_data(document)
    data["groups"] = groups = list(_groups(document))
    examples = {number for group in groups for number in group["members"][:_EXAMPLES]}
    _tell_apart(data["results"])
    data["behaviour"] = _hoisted(data["results"])
    for number, result in enumerate(data["results"]):
        if number not in examples and result["lanes"] is not None:
            result["lanes"].pop("reference", None)
    for result, told in zip(data["results"], document.results, strict=True):
        if told.is_pass and told.lanes is None:
            for key in _OF_NO_PASS:
                result.pop(key, None)
        else:
            result.pop("text", None)  # all of it stands in the findings
    pictures = SharedPictures()
    for result in data["results"]:
        if result.get("lanes") is not None:
            result["lanes"] = pictures.shared(result["lanes"])
        for breach in (each for done in result.get("explorations", ()) for each in done["breaches"]):
            breach["lanes"] = list(map(pictures.shared, breach["lanes"]))
    lean: dict[str, Any] = _lean(data)
    return lean | {"shared": pictures.data}


def _tell_apart(results: list[dict[str, Any]]) -> None:
    """Give those that have the name of one in another file the file to be told with it."""
    files: dict[tuple[str, str], set[str]] = {}
    for each in results:
        files.setdefault((each["scenario"], each["variant"]), set()).add(each["file"])
    for each in results:
        if len(files[each["scenario"], each["variant"]]) > 1:
            each["of_file"] = each["file"]


def _hoisted(results: list[dict[str, Any]]) -> dict[str, str]:
    """The behaviour that all results have in common, which none of them has to say then."""
    common: dict[str, str] = results[0]["behaviour"] if results else {}
    if any(each["behaviour"] != common for each in results):
        return {}
    for each in results:
        del each["behaviour"]
    return common


def _lean(data: Any) -> Any:
    """The data without keys that say nothing; pictures are lean already."""
    match data:
        case dict():
            lean = {key: value if key == "lanes" else _lean(value) for key, value in data.items()}
            return {key: value for key, value in lean.items() if value not in ("", None, [], {}, ())}
        case list():
            return [_lean(each) for each in data]
        case _:
            return data


def _groups(document: ReportDocument) -> Iterator[dict[str, Any]]:
    """What has the same cause, the largest group first."""
    numbers = {id(each): number for number, each in enumerate(document.results)}
    no_pass = [each for each in document.results if not each.is_pass]
    for group in grouped(no_pass, _causes):
        runs = _simplest_first(group.runs)
        first, cause = runs[0]
        assert isinstance(cause, _PlacedCause), "they are ours"
        yield {
            "outcome": cause.outcome,
            "code": cause.code,
            "name": cause.name,
            "message": cause.message,
            "others": len({told.message for _, told in runs}) - 1,
            "meaning": document.codes.get(cause.code, ""),
            "phase": "" if cause.phase == "unknown" else cause.phase,
            "sink": cause.sink,
            "behaviour": _behaviour(first),
            "members": [numbers[id(run)] for run, _ in runs],
        }


def _simplest_first(runs: Iterable[tuple[ReportedVariant, Cause]]) -> list[tuple[ReportedVariant, Cause]]:
    """The run with the least to look at is the example; the others stay in their order."""
    left = list(runs)
    simplest = min(left, key=lambda told: (told[0].lanes is None, len(told[0].findings), told[0].events))
    return [simplest, *(told for told in left if told is not simplest)]


def _causes(run: ReportedVariant) -> list[_PlacedCause]:
    found = [each for each in _findings(run) if each.outcome == run.outcome]
    causes = [
        _PlacedCause(run.outcome, each.code, each.name, each.message, each.phase, each.sink) for each in found
    ]
    return causes or [_PlacedCause(run.outcome, "", run.why.partition(":")[0] or run.outcome, run.why)]


def _findings(run: ReportedVariant) -> Iterator[ReportedFinding]:
    yield from run.findings
    yield from (each for done in run.explorations for breach in done.breaches for each in breach.findings)


def _behaviour(run: ReportedVariant) -> str:
    return " ".join(run.profiles) or " ".join(f"{name}={value}" for name, value in run.behaviour.items())
