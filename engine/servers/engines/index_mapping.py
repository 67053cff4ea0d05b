"""The types of an index's fields: said before, or learnt from the first document that has the field.

Sources: section 3.2 of the notes on real servers, OpenSearch 2.19.6.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping
from typing import Final

from engine.servers.engines.numbers import number_in
from engine.servers.server_settings import ServerSettings
from engine.servers.server_table import RANGES, ServerTable

MAPPER_PARSING: Final = "mapper_parsing_exception"
ILLEGAL: Final = "illegal_argument_exception"
STRICT: Final = "strict_dynamic_mapping_exception"

_NUMBERS = {
    "long": RANGES["int64"], "unsigned_long": RANGES["uint64"],
    "integer": RANGES["int32"], "short": RANGES["int16"], "byte": RANGES["int8"],
}  # fmt: skip
_DATE = re.compile(
    r"\d{4}[-/]\d{2}[-/]\d{2}([T ]\d{2}(:\d{2}(:\d{2}([.,]\d{1,9})?)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?", re.ASCII
)
IndexDocument = Mapping[str, bool | int | float | str | None]


class WrongDocument(Exception):
    """A document that the index refuses; its one argument is the type of the error."""


class FieldTypes:
    """The types that an index has by now, and what documents of one request add to them.

    Args:
        table: the index, with what was said of it before.
        settings: those of its server.
        learnt: what earlier requests have taught it.
    """

    def __init__(self, table: ServerTable, settings: ServerSettings, learnt: Mapping[str, str]) -> None:
        self.new: dict[str, str] = {}
        self._said = dict(table.mapping)
        self._learnt = learnt
        self._dynamic = table.dynamic
        self._fields = settings.fields
        self._term = settings.term_bytes

    def take(self, document: IndexDocument) -> dict[str, str]:
        """The types that a document teaches the index, which has them from now on.

        Raises:
            WrongDocument: a value is of another type, or the index takes no new field; it learns nothing.
        """
        fresh: dict[str, str] = {}
        for field, value in document.items():
            if value is None:
                continue
            kind = fresh.get(field) or self._kind(field)
            if kind is None:
                self._learn(fresh, field, value)
            elif not self._takes(kind, value):
                raise WrongDocument(ILLEGAL if kind == "keyword" and isinstance(value, str) else MAPPER_PARSING)
        self.new |= fresh
        return fresh

    def _kind(self, field: str) -> str | None:
        return self.new.get(field) or self._learnt.get(field) or self._said.get(field)

    def _learn(self, fresh: dict[str, str], field: str, value: object) -> None:
        if self._dynamic == "false":
            return
        if self._dynamic == "strict":
            raise WrongDocument(STRICT)
        if len(self._said) + len(self._learnt) + len(self.new) + len(fresh) >= self._fields:
            raise WrongDocument(ILLEGAL)
        kind = _learnt_from(value)
        if not self._takes(kind, value):
            raise WrongDocument(MAPPER_PARSING)
        fresh[field] = kind

    def _takes(self, kind: str, value: object) -> bool:
        """Whether a field of this type takes a value; what it takes is kept in the document as it was sent.

        A long takes `7.9` and `"404"` without blanks around it, all numbers an empty text, and a text any value.
        """
        if kind in _NUMBERS:
            low, high = _NUMBERS[kind]
            number = None if isinstance(value, str) and value != value.strip() else _number(value)
            return value == "" or (number is not None and low <= math.trunc(number) <= high)
        if kind in ("double", "float", "half_float"):
            return value == "" or _number(value) is not None
        if kind == "boolean":
            return isinstance(value, bool) or value in ("true", "false", "")
        if kind == "date":
            return type(value) is int or (isinstance(value, str) and bool(_DATE.fullmatch(value)))
        if kind == "ip":
            return isinstance(value, str) and _is_address(value)
        if kind == "keyword":
            return len(str(value).encode(errors="surrogatepass")) <= self._term
        return True


def _learnt_from(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "long"
    if isinstance(value, float):
        return "float"
    return "date" if isinstance(value, str) and _DATE.fullmatch(value) else "text"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _number(value: object) -> int | float | None:
    if isinstance(value, bool):
        return None
    number = number_in(value) if isinstance(value, str) else value
    if isinstance(number, float):
        return number if number - number == 0 else None
    return number if isinstance(number, int) else None
