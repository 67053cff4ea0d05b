"""The WPL files below `[models] wpl`, `parse*.wpl`: packages and their rules, without what the rules do."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from engine.directories.models.wpl_rows import Row, WplError, read_row
from engine.directories.odd.odd_texts import odd_text
from engine.directories.project_tree import ProjectFiles
from engine.project.refused import RefusedPart
from engine.project.wpl import WplRule
from engine.text.diagnostic import Diagnostic
from engine.text.problems import Problems, ProjectError
from engine.text.source_text import SourceText

WPL_FILES = "parse*.wpl"
_PACKAGE = re.compile(r"\bpackage\s+(?P<name>[\w/.-]+)\s*\{")
_RULE = re.compile(r"(?<![\w/.-])rule\s+(?P<name>[\w/.-]+)\s*\{")
_REST = re.compile(r"(?<!\s)\s*+\}\s*+(?:#\[.*)?$", re.DOTALL)
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?^[ \t]*\*/)", re.MULTILINE | re.DOTALL)
_MARKS = re.compile(r"\s*(?:#\[[^\]]*\]\s*)?")


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule, the directory of its file, and whether its pattern says all of its lines."""

    directory: str
    rule: WplRule
    whole: bool


def load_rules(files: ProjectFiles, models: str, problems: Problems) -> tuple[PlacedRule, ...] | None:
    """The rules of all WPL files, as WarpParse tries them: files by path, then as they stand in them.

    None where there are no such files, so that nobody says what rules there are.
    """
    found: list[PlacedRule] = []
    paths: list[str] = []
    try:
        paths = files.below(models, lambda name: fnmatchcase(name, WPL_FILES))
        for path in paths:
            data = files.read(path)
            try:
                rules = read_wpl(_text(data))
            except WplError as error:
                problems.note(_left_out(path, data, error))
            else:
                _tell_unbuilt(path, data, rules, problems)
                found += [PlacedRule(posixpath.dirname(path), rule, row.whole) for rule, row in rules]
    except ProjectError as error:
        problems.note(*error.problems)
    return tuple(found) if paths else None


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        at = len(data[: error.start].decode())
        raise WplError(f"byte 0x{data[error.start]:02x} is not UTF-8", at) from None


def read_wpl(text: str) -> list[tuple[WplRule, Row]]:
    """The rules of a WPL file's text, one at least, and what is known of their lines.

    Raises:
        WplError: it has no rule, or one of them is broken.
    """
    # Blanks instead of comments leave all else in its place.
    text = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)
    package = _PACKAGE.search(text)
    if package is None or not _MARKS.fullmatch(text[: package.start()]):
        raise WplError("no package with rules" if package is None else "something in front of the package", 0)
    heads = list(_RULE.finditer(text, package.end()))
    if not heads:
        raise WplError("a package without rules", package.start())
    if not _MARKS.fullmatch(text[package.end() : heads[0].start()]):
        raise WplError("something in front of the first rule", package.end())
    close = text.rfind("}")
    if close >= 0 and text[close + 1 :].strip():
        raise WplError("something behind the package", close + 1)
    ends = [*(following.start() for following in heads[1:]), close]
    return [_rule(package["name"], head, text[head.end() : end]) for head, end in zip(heads, ends, strict=True)]


def _rule(package: str, head: re.Match[str], body: str) -> tuple[WplRule, Row]:
    if "}" not in body:
        raise WplError("a rule or a package that is never closed", head.start())
    if not _REST.search(body):
        raise WplError("something behind a rule", head.end() + body.rfind("}"))
    try:
        row = read_row(_REST.sub("", body))
    except WplError as error:
        raise WplError(str(error), head.end() + error.at) from None
    return WplRule(f"{package}/{head['name']}", row.pattern, row.has_hex, row.fields), row


def _tell_unbuilt(path: str, data: bytes, rules: list[tuple[WplRule, Row]], problems: Problems) -> None:
    for rule, row in rules:
        if row.unbuilt:
            source = SourceText(Path(path), data.decode(errors="replace"))
            at = source.text.find(row.unbuilt)
            span = source.span(at, at + len(row.unbuilt))
            field = f"a field of type '{row.unbuilt}', which no parser is for"
            message = f"rule '{rule.key}' has {field}: WarpParse refuses it"
            problems.note(source.diagnostic(span, message, RefusedPart.RULE, severity="warning"))


def _left_out(path: str, data: bytes, error: WplError) -> Diagnostic:
    source = SourceText(Path(path), data.decode(errors="replace"))
    message = f"{error}: WarpParse leaves out a file of which it can make nothing"
    part = RefusedPart.RULES if odd_text(data) is None or not data.strip() else RefusedPart.TEXTS
    span, help_ = source.span(error.at, error.at), "package /name { rule r { ... } }"
    return source.diagnostic(span, message, part, help_=help_, severity="warning")
