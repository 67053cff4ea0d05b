"""The items of a record in an entry of a rescue file: a name, a type, and a value that says of which kind it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_address
from typing import Any

_MOST_HEX = (1 << 128) - 1
_LEAST_DIGIT, _MOST_DIGIT = -(1 << 63), (1 << 63) - 1
_TYPES = re.compile(
    "auto|base64|bool|chars|digit|domain|email|exact_json|float|hex|http_agent|http_method|http_request|http_status|"
    "id_card|ignore|ip|ip_net|json|kv|kvarr|mobile_phone|obj|peek_symbol|port|proto-text|sn|symbol|"
    "time|time_2822|time_3339|time_clf|time_iso|time_timestamp|url"
)


class PoisonEntryError(ValueError):
    """A line is no entry that a recovery can read: its text says why."""


@dataclass(frozen=True, slots=True)
class EntryField:
    """A field of a record: its name, its type, and its value as a sink of the format `raw` writes it."""

    name: str
    type: str
    text: str


def field_of(item: Any) -> EntryField:
    """Read an item.

    Raises:
        PoisonEntryError: it is none that a recovery of WarpParse can read.
    """
    if not isinstance(item, dict):
        raise PoisonEntryError("an item of its record is no object")
    return EntryField(
        item_text(item.get("name"), "item's name"), _type(item.get("meta")), _value(item.get("value"))
    )


def item_number(value: Any, least: int, most: int, what: str) -> int:
    """A number of these bounds.

    Raises:
        PoisonEntryError: it is none.
    """
    if type(value) is not int or not least <= value <= most:
        raise PoisonEntryError(f"its {what} is {value!r}")
    return value


def item_text(value: Any, what: str) -> str:
    """A text.

    Raises:
        PoisonEntryError: it is none.
    """
    if not isinstance(value, str):
        raise PoisonEntryError(f"its {what} is no text")
    return value


def _type(meta: Any) -> str:
    match meta:
        case {"array": str(of)} if len(meta) == 1:
            return f"array/{of}"
        case str() if _TYPES.fullmatch(meta):
            return meta
    raise PoisonEntryError(f"the type of an item is {meta!r}")


def _value(value: Any) -> str:
    """A value as the format `raw` writes it."""
    match value:
        case "Null":
            return ""
        case dict() if len(value) == 1:
            ((kind, held),) = value.items()
            if kind in _VALUES:
                return _VALUES[kind](held)
    raise PoisonEntryError(f"an item's value is {value!r}")


def _bool(held: Any) -> str:
    if not isinstance(held, bool):
        raise PoisonEntryError("an item's Bool is none")
    return str(held).lower()


def _digit(held: Any) -> str:
    return str(item_number(held, _LEAST_DIGIT, _MOST_DIGIT, "item's Digit"))


def _hex(held: Any) -> str:
    return f"0x{item_number(held, 0, _MOST_HEX, 'Hex'):X}"


def _float(held: Any) -> str:
    if type(held) not in (int, float):
        raise PoisonEntryError("an item's Float is none")
    text = f"{Decimal(repr(float(held))):f}"
    return text.removesuffix(".0")


def _chars(held: Any) -> str:
    return item_text(held, "item's text")


def _time(held: Any) -> str:
    return _chars(held).replace("T", " ", 1)


def _address(held: Any) -> str:
    try:
        return str(ip_address(_chars(held)))
    except ValueError as error:
        raise PoisonEntryError(str(error)) from None


def _network(held: Any) -> str:
    if not isinstance(held, dict):
        raise PoisonEntryError("an item's IpNet is none")
    return f"{_address(held.get('addr'))}/{item_number(held.get('prefix_len'), 0, 255, 'prefix')}"


def _object(held: Any) -> str:
    if not isinstance(held, dict):
        raise PoisonEntryError("an item's Obj is none")
    return "{" + ", ".join(f"{name}={field_of(held[name]).text}" for name in sorted(held)) + "}"


def _array(held: Any) -> str:
    if not isinstance(held, list):
        raise PoisonEntryError("an item's Array is none")
    return "[" + ", ".join(field_of(each).text for each in held) + "]"


def _ignored(held: Any) -> str:
    if not isinstance(held, dict):
        raise PoisonEntryError("an item's Ignore is none")
    return ""


_TEXTS: Sequence[str] = ("Chars", "Symbol", "Domain", "Url", "Email", "IdCard", "MobilePhone")
_VALUES: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(_TEXTS, _chars),
    "Bool": _bool,
    "Digit": _digit,
    "Float": _float,
    "Hex": _hex,
    "Time": _time,
    "IpAddr": _address,
    "IpNet": _network,
    "Obj": _object,
    "Array": _array,
    "Ignore": _ignored,
}
