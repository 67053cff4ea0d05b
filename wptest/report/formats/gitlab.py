"""GitLab's code quality report: a JSON array of issues, with fingerprints that stay as long as the issues do."""

from __future__ import annotations

import json
from collections.abc import Mapping

from wptest.document.report_document import ReportDocument
from wptest.report.formats.issues import Issue, Weight, issues_of

_SEVERITIES: Mapping[Weight, str] = {
    "error": "blocker",
    "failed": "major",
    "unclean": "minor",
    "unverified": "minor",
    "warning": "info",
}


def code_quality(document: ReportDocument, below: str = "") -> str:
    """The report; `below` is the directory of the command, from the root of the repository on."""
    return json.dumps([_entry(each) for each in issues_of(document, below)], indent=1) + "\n"


def _entry(issue: Issue) -> dict[str, object]:
    return {
        "description": f"{issue.title}: {issue.message}",
        "check_name": issue.code,
        "fingerprint": issue.fingerprint,
        "severity": "critical" if issue.weight == "failed" and issue.is_invariant else _SEVERITIES[issue.weight],
        "location": {"path": issue.place.file, "lines": {"begin": max(1, issue.place.line)}},
    }
