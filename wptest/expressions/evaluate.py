"""The value of an expression: exact, typed, and with every mistake at the part of it that is wrong."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.text.mistake import Mistake
from wptest.expressions import quantity
from wptest.expressions.expression import CONSTANTS, Expression, name_of
from wptest.expressions.matrix import value_text
from wptest.expressions.quantity import Quantity, as_quantity, kind_name, written

MAX_TEXT = 10_000
MAX_POWER = 64

# The value of a name (`matrix`, `lines`); the node is where a mistake about it stands.
Lookup = Callable[[Expression, ast.expr, str, str], Any]

_ORDER: Mapping[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def evaluate(expression: Expression, lookup: Lookup) -> Any:
    """The value, as a scenario writes it: a duration is a text like `500ms`. A name alone keeps its value as it is.

    Raises:
        Mistake: for what can't be done with these values, and whatever `lookup` raises.
    """
    # Also those in a branch that isn't taken: a misspelt name is a mistake in every variant.
    for node in ast.walk(expression.root):
        named = name_of(node) if isinstance(node, ast.expr) else None
        if named is not None and isinstance(node, ast.expr):
            lookup(expression, node, *named)
    return written(_Evaluation(expression, lookup).of(expression.root))


@dataclass(frozen=True, slots=True)
class _Evaluation:
    expression: Expression
    lookup: Lookup

    def of(self, node: ast.expr) -> Any:
        """The value of a part of the expression; a mistake that has no place yet gets that of the part."""
        try:
            return self._of(node)
        except Mistake as error:
            error.within = error.within or self.expression.place(node)
            raise

    def _of(self, node: ast.expr) -> Any:
        named = name_of(node)
        if named is not None:
            return self.lookup(self.expression, node, *named)
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name):
                return CONSTANTS[name]
            case ast.List(items) | ast.Tuple(items):
                return [self.of(item) for item in items]
            case ast.IfExp(test, body, orelse):
                return self.of(body if self._truth(test, "'if' decides") else orelse)
            case ast.BoolOp(op, values):
                return self._joined(op, values)
            case ast.UnaryOp(op, operand):
                return self._unary(op, operand)
            case ast.Compare():
                return self._compared(node)
            case ast.Call(ast.Name(function), arguments):
                return _CALLS[function](*map(self.of, arguments))
            case ast.BinOp(left, op, right):
                return _binary(op, self.of(left), self.of(right))
            case _:
                raise self.expression.error(node, "this can't stand in an expression")

    def _truth(self, node: ast.expr, what: str) -> bool:
        value = self.of(node)
        if not isinstance(value, bool):
            raise self.expression.error(
                node, f"{what} by true or false, and this is {kind_name(value)}", help_="compare it with something"
            )
        return value

    def _joined(self, op: ast.boolop, values: list[ast.expr]) -> bool:
        decisive, word = (False, "and") if isinstance(op, ast.And) else (True, "or")
        return (
            decisive if any(self._truth(each, f"'{word}' decides") is decisive for each in values) else not decisive
        )

    def _unary(self, op: ast.unaryop, operand: ast.expr) -> Any:
        if isinstance(op, ast.Not):
            return not self._truth(operand, "'not' decides")
        value = as_quantity(self.of(operand))
        if not isinstance(value, Quantity):
            raise Mistake(f"{kind_name(value)} has no sign")
        return Quantity(value.kind, -value.amount) if isinstance(op, ast.USub) else value

    def _compared(self, node: ast.Compare) -> bool:
        left = self.of(node.left)
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.of(comparator)
            if not _compare(op, left, right):
                return False
            left = right
        return True


def _compare(op: ast.cmpop, left: Any, right: Any) -> bool:
    if isinstance(op, ast.Eq | ast.NotEq):
        return _equal(left, right) is isinstance(op, ast.Eq)
    if isinstance(op, ast.In | ast.NotIn):
        return _contains(right, left) is isinstance(op, ast.In)
    one, other = as_quantity(left), as_quantity(right)
    if not isinstance(one, Quantity) or not isinstance(other, Quantity) or one.kind != other.kind:
        raise _incomparable(left, right)
    return _ORDER[type(op)](one.amount, other.amount)


def _equal(left: Any, right: Any) -> bool:
    one, other = as_quantity(left), as_quantity(right)
    if isinstance(one, Quantity) and isinstance(other, Quantity) and one.kind == other.kind:
        return one.amount == other.amount
    plain = isinstance(left, str) and isinstance(right, str) and not (one != left and other != right)
    if left is None or right is None or plain or kind_name(left) == kind_name(right):
        return type(left) is type(right) and bool(left == right)
    raise _incomparable(left, right)


def _contains(whole: Any, part: Any) -> bool:
    if isinstance(whole, list):
        return any(_equal(item, part) for item in whole)
    if isinstance(whole, str) and isinstance(part, str):
        return part in whole
    raise Mistake(f"'in' looks into a list or a text, and this is {kind_name(whole)}")


def _incomparable(left: Any, right: Any) -> Mistake:
    kinds = kind_name(left), kind_name(right)
    help_ = "int() makes a number of a text" if set(kinds) == {"a text", "a number"} else None
    if kinds == ("a text", "a text"):
        return Mistake("texts have no order here", help_="compare them with == or !=")
    return Mistake(f"comparing {kinds[0]} with {kinds[1]}", help_=help_)


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    one, other = as_quantity(left), as_quantity(right)
    if not isinstance(one, Quantity) or not isinstance(other, Quantity):
        return _with_text(op, left, right)
    match op:
        case ast.Add():
            return quantity.add(one, other, 1)
        case ast.Sub():
            return quantity.add(one, other, -1)
        case ast.Mult():
            return quantity.multiply(one, other)
        case ast.Div():
            return quantity.divide(one, other)
        case ast.FloorDiv():
            whole = quantity.divide(one, other)
            return Quantity(whole.kind, Fraction(whole.amount.__floor__()))
        case ast.Mod():
            if one.kind != other.kind or not other.amount:
                return quantity.divide(one, Quantity(one.kind, Fraction(0)) if not other.amount else other)
            return Quantity(one.kind, one.amount % other.amount)
        case _:
            return _power(one, other)


def _with_text(op: ast.operator, left: Any, right: Any) -> str:
    if isinstance(left, str) and isinstance(right, str) and isinstance(op, ast.Add):
        return _bounded_text(left, right)
    times = as_quantity(right)
    if isinstance(left, str) and isinstance(times, Quantity) and isinstance(op, ast.Mult):
        if times.kind != "number" or times.amount.denominator != 1 or not 0 <= times.amount * len(left) <= MAX_TEXT:
            raise Mistake(f"a text is repeated a whole number of times, up to {MAX_TEXT:,} characters")
        return left * int(times.amount)
    kinds = f"{kind_name(left)} and {kind_name(right)}"
    help_ = "str() makes a text of anything, int() a number of a text" if "a text" in kinds else None
    raise Mistake(f"this can't be done with {kinds}", help_=help_)


def _power(one: Quantity, other: Quantity) -> Quantity:
    if one.kind != "number" or other.kind != "number":
        raise Mistake(f"raising {kind_name(one)} to the power of {kind_name(other)}")
    if other.amount.denominator != 1 or abs(other.amount) > MAX_POWER or (not one.amount and other.amount < 0):
        raise Mistake(f"an exponent is a whole number up to {MAX_POWER}")
    return quantity.within_bounds(Quantity("number", Fraction(one.amount ** int(other.amount))))


def _bounded_text(*parts: str) -> str:
    if sum(map(len, parts)) > MAX_TEXT:
        raise Mistake(f"a text of more than {MAX_TEXT:,} characters")
    return "".join(parts)


def _extreme(best: Callable[..., Any], name: str) -> Callable[..., Quantity]:
    def of(*values: Any) -> Quantity:
        items = values[0] if len(values) == 1 and isinstance(values[0], list) else values
        found = [as_quantity(item) for item in items]
        wrong = next((item for item in found if not isinstance(item, Quantity)), None)
        if not found or wrong is not None:
            raise Mistake(f"{name}() takes quantities, and this is {kind_name(wrong) if found else 'nothing'}")
        for item in found[1:]:
            if item.kind != found[0].kind:
                raise _incomparable(found[0], item)
        quantity_: Quantity = best(found, key=lambda item: item.amount)
        return quantity_

    return of


def _round(value: Any, digits: Any = 0) -> Quantity:
    number, places = as_quantity(value), as_quantity(digits)
    if not isinstance(number, Quantity) or number.kind != "number":
        raise Mistake(f"round() takes a number, and this is {kind_name(value)}")
    if not isinstance(places, Quantity) or places.amount not in range(10):
        raise Mistake("round() takes 0 to 9 digits")
    return Quantity("number", Fraction(round(number.amount, int(places.amount))))


def _len(value: Any) -> Quantity:
    if not isinstance(value, str | list):
        raise Mistake(f"len() takes a text or a list, and this is {kind_name(value)}")
    return Quantity("number", Fraction(len(value)))


def _int(value: Any) -> Quantity:
    number = as_quantity(value)
    if isinstance(number, str) and number.strip().removeprefix("-").isdecimal() and len(number) < MAX_POWER:
        number = Quantity("number", Fraction(number.strip()))
    if not isinstance(number, Quantity) or number.kind != "number":
        shown = f"'{value}'" if isinstance(value, str) else kind_name(value)
        raise Mistake(f"{shown} can't be made a whole number")
    return quantity.within_bounds(Quantity("number", Fraction(int(number.amount))))


_CALLS: Mapping[str, Callable[..., Any]] = {
    "min": _extreme(min, "min"),
    "max": _extreme(max, "max"),
    "round": _round,
    "len": _len,
    "str": lambda value: value_text(written(value)),
    "int": _int,
}
