"""The page as a whole: a template filled with styles, scripts, words and data, and a policy that keeps others out.

The parts are files of their own below `assets`, and each has one job. They are put together as they are: there is
nothing to build. `string.Template` fills eight places, which is all that a template engine would do here.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from engine.text.display import printable
from wptest.document.report_document import ReportDocument
from wptest.report.page.page_data import page_data

_ASSETS = Path(__file__).with_name("assets")
_STYLES = ("page.css", "lanes.css")
# In this order: what a file says is known to those after it.
_SCRIPTS = (
    *("elements.js", "words.js", "axis.js", "lanes.js", "picture.js", "compare.js", "answer.js", "run.js"),
    *("heat_maps.js", "page.js"),
)
LANGUAGES = ("en", "zh")
# What would end a script or begin a comment there; U+2028 and all else beyond ASCII is escaped by JSON itself.
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
# As JSON writes them; those of the group turn the text behind them round, hide it, or are signs of control.
_ESCAPE = re.compile(r"\\(?:(u202[a-e]|u206[6-9]|u200[bef]|u00[01][0-9a-f]|u00[89][0-9a-f])|.)")


def html_page(document: ReportDocument) -> str:
    """The document as one HTML file, which needs no network and asks for none."""
    style, script = _joined(_STYLES), _wrapped(_joined(_SCRIPTS))
    filled: str = Template(_asset("page.html")).substitute(
        policy=_policy(style, script),
        title=html.escape(_title(document)),
        style=style,
        script=script,
        texts=embedded_json({language: _texts(language) for language in LANGUAGES}),
        report=embedded_json(page_data(document)),
        noscript=html.escape("Pictures, filters and details need JavaScript. What doesn't hold:"),
        plain=html.escape("\n".join(map(printable, _plain(document)))),
    )
    return filled


def embedded_json(data: Any) -> str:
    r"""Data as JSON that may stand in a script element, whatever it says; what turns a text is written `\u202e`."""
    text = json.dumps(data, separators=(",", ":"), check_circular=False).translate(_ESCAPED)
    return _ESCAPE.sub(lambda found: f"\\{found[0]}" if found[1] else found[0], text)


def _policy(style: str, script: str) -> str:
    """What the page may load: its own style and script, known by their hashes, and nothing from anywhere."""
    allowed = {"default-src": "'none'", "style-src": _hash(style), "script-src": _hash(script)}
    allowed |= {"base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{kind} {what}" for kind, what in allowed.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _wrapped(script: str) -> str:
    return f'"use strict";\n(() => {{\n{script}}})();\n'


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(_asset(name) for name in names)


@cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _texts(language: str) -> dict[str, str]:
    return tomllib.loads(_asset(f"texts.{language}.toml"))


def _title(document: ReportDocument) -> str:
    summary = document.summary
    counts = {"failed": summary.failed, "error": summary.error, "unverified": summary.unverified}
    counts |= {"invalid": summary.invalid, "not run": summary.not_run}
    told = [f"{count} {name}" for name, count in counts.items() if count]
    told = told if told and not summary.interrupted else [*told, f"{summary.passed} passed"]
    told = ["interrupted", *told] if summary.interrupted else told
    return f"wptest: {', '.join(told)}"


def _plain(document: ReportDocument) -> Iterator[str]:
    """The verdict for who runs no scripts."""
    yield from (f"{each.outcome}  {each.name}  {each.why}" for each in document.results if not each.is_pass)
    yield from (f"invalid  {each.file}  {each.why}" for each in document.invalid)
