"""Values in entries of rescue files, as a sink that writes lines as they came writes them.

The oracle's own reading, by the kinds of values that WarpParse has: a value is `"Null"`, or an object whose one key
is its kind.
"""

from __future__ import annotations

from typing import Any


def text_of_value(value: Any) -> str:
    """The text of one value.

    Raises:
        ValueError: there is no such kind of value.
        TypeError: it is no value of its kind; so may the errors of looking into what is none be.
    """
    if value == "Null":
        return ""
    ((kind, held),) = value.items()
    match kind:
        case "Bool":
            return "true" if held else "false"
        case "Hex":
            return f"0x{held:X}"
        case "Float":
            return _number(float(held))
        case "Time":
            return " ".join(held.split("T", 1))
        case "IpNet":
            return f"{held['addr']}/{held['prefix_len']}"
        case "Obj":
            inner = (f"{name}={text_of_value(held[name]['value'])}" for name in sorted(held))
            return f"{{{', '.join(inner)}}}"
        case "Array":
            return f"[{', '.join(text_of_value(each['value']) for each in held)}]"
        case "Ignore":
            return ""
        case "Digit" | "Chars" | "Symbol" | "Domain" | "Url" | "Email" | "IdCard" | "MobilePhone" | "IpAddr":
            return str(held)
        case _:
            raise ValueError(f"{kind} is no kind of value")


def _number(number: float) -> str:
    """A number in full, as many digits as tell it from others, and none behind the point of a whole one."""
    mantissa, _, exponent = f"{number!r}".partition("e")
    if not exponent:
        return mantissa.removesuffix(".0")
    sign = "-" if number < 0 else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    point = len(whole) + int(exponent)
    digits = f"{whole}{fraction}".rstrip("0")
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{digits.ljust(point, '0')}"
