"""JUnit's XML, as CI systems read it: a suite for each file, a case for each variant.

Unverified and unclean are failures of a type of their own, since nothing that JUnit has says less: a case that is
skipped is green. What gave no result is an error, as a file with mistakes is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from engine.text.display import printable
from wptest.document.report_document import ReportDocument
from wptest.document.reported_place import ReportedFile
from wptest.document.reported_variant import ReportedVariant

# What XML 1.0 has no way to write, and what would move a cursor or turn a text around where it is shown.
_UNWRITABLE = re.compile(
    "[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)
_LONGEST = 65_536  # characters of one text
_SUFFIX = re.compile(r"\.wptest\.ya?ml$|\.ya?ml$")


def junit(document: ReportDocument) -> str:
    """The report as JUnit's XML."""
    everything: list[ReportedVariant | ReportedFile] = [*document.results, *document.invalid]
    suites: dict[str, list[ReportedVariant | ReportedFile]] = {}
    for told in everything:
        suites.setdefault(told.file, []).append(told)
    began = document.commands[0].began_at if document.commands else ""
    root = ET.Element("testsuites", {"name": "wptest", **_counts(everything)})
    for file, cases in suites.items():
        root.append(_suite(file, cases, began))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def xml_text(text: str) -> str:
    """The text with nothing in it that XML can't have; what is left out stands there as an escape."""
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n... ({len(text) - _LONGEST:,} characters more)"
    return _UNWRITABLE.sub(lambda found: printable(found[0]), text)


def _suite(file: str, cases: Sequence[ReportedVariant | ReportedFile], began: str) -> ET.Element:
    suite = ET.Element("testsuite", {"name": xml_text(file), **_counts(cases)})
    if began:
        suite.set("timestamp", began.removesuffix("Z"))
    for told in cases:
        suite.append(_case(told) if isinstance(told, ReportedVariant) else _invalid(told))
    return suite


def _counts(cases: Sequence[ReportedVariant | ReportedFile]) -> dict[str, str]:
    kinds = [_kind(told) for told in cases]
    seconds = sum(told.duration_seconds for told in cases if isinstance(told, ReportedVariant))
    return {
        "tests": str(len(cases)),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
        "time": f"{seconds:.3f}",
    }


def _kind(told: ReportedVariant | ReportedFile) -> str:
    """The element that says how a case ended; none for a pass."""
    if isinstance(told, ReportedFile) or told.outcome == "error":
        return "error"
    if told.is_pass:
        return "" if told.outcome == "passed" else "skipped"
    return "failure"


def _case(told: ReportedVariant) -> ET.Element:
    case = ET.Element("testcase", _named(told.file, told.name))
    case.set("time", f"{told.duration_seconds:.3f}")
    if told.line:
        case.set("line", str(told.line))
    properties = ET.SubElement(case, "properties")
    for name, value in properties_of(told):
        ET.SubElement(properties, "property", {"name": name, "value": xml_text(value)})
    if kind := _kind(told):
        said = told.why or told.reason
        ended = ET.SubElement(case, kind, {"type": told.outcome, "message": xml_text(printable(said))})
        ended.text = xml_text(told.text)
    if told.explorations and told.is_pass:
        ET.SubElement(case, "system-out").text = xml_text("\n".join(done.text for done in told.explorations))
    return case


def _invalid(told: ReportedFile) -> ET.Element:
    case = ET.Element("testcase", _named(told.file, "invalid"))
    case.set("time", "0.000")
    error = ET.SubElement(case, "error", {"type": "invalid", "message": xml_text(printable(told.why))})
    error.text = xml_text(told.text)
    return case


def _named(file: str, name: str) -> dict[str, str]:
    package = ".".join(part for part in _SUFFIX.sub("", file).split("/") if part.strip("."))
    return {"classname": xml_text(package), "name": xml_text(name), "file": xml_text(file)}


def properties_of(told: ReportedVariant) -> Iterator[tuple[str, str]]:
    """What there is to say of a variant in names and values."""
    yield "wptest_id", told.id
    yield "wptest_outcome", told.outcome
    yield "wptest_seed", str(told.seed)
    if told.tags:
        yield "wptest_tags", " ".join(told.tags)
    if codes := dict.fromkeys(each.code for each in told.findings if each.code):
        yield "wptest_codes", " ".join(codes)
    if told.profiles:
        yield "wptest_behaviour", " ".join(told.profiles)
    if told.trace_hash:
        yield "wptest_trace_hash", told.trace_hash
        yield "wptest_virtual_time_ns", str(told.virtual_time_ns)
    if told.replay.command:
        yield "wptest_replay", told.replay.command
    if told.replay.id:
        yield "wptest_replay_id", told.replay.id
    if told.explorations:
        yield "wptest_explored", told.outcome
        yield "wptest_explored_runs", str(sum(done.run for done in told.explorations))
