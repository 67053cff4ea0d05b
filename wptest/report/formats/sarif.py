"""SARIF 2.1.0, as code scanning reads it: a rule for each code, a result for each issue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from wptest.document.report_document import ReportDocument
from wptest.report.formats.issues import Issue, Weight, issues_of

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MOST = 5_000  # results that GitHub shows of a run; the worst come first
_LEVELS: Mapping[Weight, str] = {
    "error": "error",
    "failed": "error",
    "unclean": "error",
    "unverified": "warning",
    "warning": "note",
}


def sarif(document: ReportDocument, below: str = "") -> str:
    """The report; `below` is the directory of the command, from the root of the repository on."""
    issues = issues_of(document, below)[:_MOST]
    rules = list(dict.fromkeys(each.code for each in issues))
    driver = {
        "name": "wptest",
        "version": document.versions.get("wptest", "unknown"),
        "rules": [{"id": code, "shortDescription": {"text": document.codes.get(code) or code}} for code in rules],
    }
    run = {
        "tool": {"driver": driver},
        # Columns count characters, as editors do.
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules) for each in issues],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _result(issue: Issue, rules: Sequence[str]) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(issue.place.file)}}
    if issue.place.line:
        location["region"] = _region(issue)
    return {
        "ruleId": issue.code,
        "ruleIndex": rules.index(issue.code),
        "level": _LEVELS[issue.weight],
        "message": {"text": "\n".join((f"{issue.title}: {issue.message}", *issue.more))},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"wptestIssue/v1": issue.fingerprint},
    }


def _region(issue: Issue) -> dict[str, int]:
    place = issue.place
    if not place.column:
        return {"startLine": place.line}
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + max(1, place.length),
    }
