"""The types that a field of WPL may have, and what is odd about a field by its own text."""

from __future__ import annotations

import re

FIELD_TYPES = frozenset(
    """auto base64 bool chars digit domain email exact_json float hex http/agent http/method http/request
    http/status http/user_agent http_agent http_method http_request http_status id_card ip ip_net json
    json/strict kv kvarr mobile_phone obj object peek_symbol port proto/text proto_text sn symbol
    symbol/peek time time/apache time/clf time/epoch time/httpd time/nginx time/rfc2822 time/rfc3339
    time/timestamp time_2822 time_3339 time_iso time_timestamp url array _""".split()  # noqa: SIM905 - a list of words reads best as one
)
# Files with them are read, and then `wparse` ends, because it has no parser for them.
_UNBUILT = frozenset({"domain", "email", "id_card", "mobile_phone", "obj", "object", "url"})
_FIELD = re.compile(r"(?:[0-9]+\*|\*)?\s*(?P<type>[A-Za-z0-9_/]*)\s*(?P<rest>.*)", re.DOTALL)
_CLASS = re.compile(r"\[(?![0-9]+\])")
_BEHIND = re.compile(r"[|<\"\\(]")  # what stands behind a name
_LENGTH_FIRST = re.compile(r"\[[^\]]*\]\s*:|\[(?![0-9]+\])")
_ODD_NAME = re.compile(r":\s*(?:\Z|[\w.\[\]-]*\s*[:/])")
_WITHOUT_ARGUMENTS = ("chars", "digit")
_ARRAY = "array/"


def odd_field(text: str) -> str | None:
    """Why a file with such a field is left out; None where nothing is known to be odd about it."""
    field = _FIELD.fullmatch(text)
    assert field is not None, "everything in it may be missing"
    kind, rest = field["type"], field["rest"]
    if not kind:
        return f"'{text}' begins with no type"
    if kind not in FIELD_TYPES and not kind.startswith(_ARRAY):
        return f"no type is called '{kind}'"
    if _LENGTH_FIRST.match(rest) or _CLASS.search(_BEHIND.split(rest, maxsplit=1)[0]):
        return f"'{text}' has brackets that are no length behind its name"
    if _ODD_NAME.match(rest):
        return f"'{text}' has no name behind its ':', or an odd one"
    if kind in _WITHOUT_ARGUMENTS and rest.startswith("("):
        return f"'{kind}' takes nothing in brackets"
    return None


def unbuilt_field(text: str) -> str | None:
    """The type of a field that there is no parser for; None where there is one."""
    field = _FIELD.fullmatch(text)
    kind = field["type"] if field is not None else ""
    of_array = kind.startswith(_ARRAY) and kind.rpartition(_ARRAY)[2] not in FIELD_TYPES - _UNBUILT
    return kind if kind in _UNBUILT or of_array else None
