"""The document as JSON: written from its types, and read back into them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from engine.text.mistake import reason_of
from wptest.document.report_document import FORMAT_NAME, FORMAT_VERSION, ReportDocument

_MOST = 5
_MOST_DIGITS = 40  # of a whole number


class NoReportError(Exception):
    """A file is no report that can be read; the text says which, and what is wrong with it."""


@cache
def adapter() -> TypeAdapter[ReportDocument]:
    """What knows the types; making it takes some time, so it is made where it is needed."""
    return TypeAdapter(ReportDocument)


def document_data(document: ReportDocument) -> dict[str, Any]:
    """The document as plain data, every key of it."""
    data: dict[str, Any] = adapter().dump_python(document, mode="json")
    return data


def document_text(document: ReportDocument) -> str:
    """The document as a file has it: ASCII, each result on lines of its own."""
    return json.dumps(document_data(document), indent=1) + "\n"


def read_document(path: Path) -> ReportDocument:
    """Read a report.

    Raises:
        NoReportError: it can't be read, is no report, or is of a version that this one doesn't know.
    """
    try:
        data = json.loads(path.read_bytes(), parse_int=_whole_number, parse_constant=_no_number)
    except OSError as error:
        raise NoReportError(f"{path}: {reason_of(error)}") from None
    except (ValueError, RecursionError) as error:
        raise NoReportError(f"{path} is no JSON: {error}") from None
    return report_of_data(data, str(path))


def report_of_data(data: Any, name: str) -> ReportDocument:
    """The document that plain data is; `name` says in messages which.

    Raises:
        NoReportError: it is none, or is of a version that this one doesn't know.
    """
    _check_version(data, name)
    if wrong := next(_wrong_numbers(data), None):
        raise NoReportError(f"{name} isn't what its format says:\n  {wrong}")
    try:
        document = adapter().validate_python(data)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_context=False, include_input=False)
        shown = "\n".join(f"  {_told(mistake)}" for mistake in mistakes[:_MOST])
        more = f"\n  and {len(mistakes) - _MOST} more" if len(mistakes) > _MOST else ""
        raise NoReportError(f"{name} isn't what its format says:\n{shown}{more}") from None
    if missing := [each.name for each in fields(ReportDocument) if each.name not in data]:
        raise NoReportError(f"{name} isn't what its format says:\n  it has no {', '.join(missing)}")
    return document


def _whole_number(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(text):,} digits, and none of a report has more than {_MOST_DIGITS}")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _wrong_numbers(data: Any, place: str = "", *, signed: bool = False) -> Iterator[str]:
    """Numbers that no report has: below 0, but in pictures, or too large to be any."""
    match data:
        case bool():
            return
        case int() | float() if not isfinite(data) or (data < 0 and not signed):
            yield f"{place}: expected a number{'' if signed else ' from 0 on'}, got {data}"
        case dict():
            for key, value in data.items():
                within = f"{place}.{key}".removeprefix(".")
                yield from _wrong_numbers(value, within, signed=signed or key == "lanes")
        case list():
            for number, value in enumerate(data):
                yield from _wrong_numbers(value, f"{place}[{number}]", signed=signed)
        case _:
            return


def _check_version(data: Any, name: str) -> None:
    told = data.get("format") if isinstance(data, dict) else None
    if not isinstance(told, dict) or told.get("name") != FORMAT_NAME:
        older = " It may be of wptest 0.1.0 or older: make it again." if isinstance(data, dict) else ""
        raise NoReportError(f"{name} is no report: expected JSON whose format has the name '{FORMAT_NAME}'.{older}")
    version = told.get("version")
    if version != FORMAT_VERSION or isinstance(version, bool):
        raise NoReportError(
            f"{name} is a report of version {version!r}, and this wptest reads version {FORMAT_VERSION}: "
            "make all of them with the same wptest"
        )


def _told(mistake: ErrorDetails) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in mistake["loc"])
    return f"{place.removeprefix('.')}: {mistake['msg']}"
