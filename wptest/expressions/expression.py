"""What stands inside `${{ ... }}`: read as a Python expression, of which only a small, safe part is let through."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from engine.text.mistake import Mistake
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean

MAX_LENGTH = 500
MAX_EXPRESSION_DEPTH = 20

FUNCTIONS = ("min", "max", "round", "len", "str", "int")
PLACES = ("matrix", "env", "with")
CONSTANTS = {"true": True, "false": False, "null": None}

WHOLE = "names, texts in quotes, numbers, + - * / // % **, comparisons, and or not, x if y else z, " + ", ".join(
    f"{name}()" for name in FUNCTIONS
)

# `with` is a word of Python's, so it can't be a name there; this one is as long, and nobody's.
_WITH = "w_th"
_QUOTED = r"'(?:[^'\\]|\\.)*'" + r'|"(?:[^"\\]|\\.)*"'
_WITH_NAME = re.compile(rf"{_QUOTED}|\bwith\b(?=\s*[.\[])")
_UNIT = r"\d+(?:\.\d+)?(?:ms|us|ns|[dhms]|[kKMGT]i?B|[kKMG]|B)"
_UNQUOTED = re.compile(rf"{_QUOTED}|(?<![\w.])((?:{_UNIT})+(?:/[smh])?|\d+%(?!\s*[\w('\"]))(?!\w)")
_FOREIGN = {"&&": "and", "||": "or", "!": "not", "=": "=="}
_FOREIGN_SIGN = re.compile(rf"{_QUOTED}|(&&|\|\||!(?!=)|(?<![=!<>])=(?!=))")
_NAMES = {
    ast.Lambda: "a lambda",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.JoinedStr: "an f-string",
    ast.Dict: "a mapping",
    ast.Set: "a set",
    ast.Subscript: "an index",
    ast.Starred: "a star",
    ast.NamedExpr: "an assignment",
}
_NODES = (
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.IfExp, ast.List, ast.Tuple),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.Load),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that has nothing in it but what is let through."""

    text: str
    root: ast.expr
    lead: int

    def place(self, node: ast.expr) -> tuple[int, int]:
        """Where a part of it stands in the text: offset and length in characters."""
        line = self.text[self.lead :].encode()
        start = len(line[: node.col_offset].decode(errors="replace"))
        end = len(line[: node.end_col_offset or node.col_offset].decode(errors="replace"))
        return self.lead + start, max(1, end - start)

    def error(
        self, node: ast.expr, problem: str, *, expected: str | None = None, help_: str | None = None
    ) -> Mistake:
        """A mistake that stands at a part of the expression."""
        return Mistake(problem, expected, help_=help_, within=self.place(node))


def name_of(node: ast.expr) -> tuple[str, str] | None:
    """The place and the key of `matrix.key` or `matrix['key']`; None for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _place(node.value), node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return _place(node.value), key.value
    return None


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> Expression:
    """Read the inside of `${{ ... }}`.

    Raises:
        Mistake: for what is no expression, has more in it than is let through, or is too long or deep.
    """
    lead = len(text) - len(text.lstrip())
    whole = (lead, max(1, len(text.strip())))
    if len(text) > MAX_LENGTH:
        raise Mistake(f"an expression of more than {MAX_LENGTH} characters", within=whole)
    if not text.strip():
        whole = (0, max(1, len(text)))
        raise Mistake("there is no expression in ${{ }}", "${{ matrix.name }}", within=whole)
    # A line break would end the expression, and count columns anew.
    code = _WITH_NAME.sub(lambda found: _WITH if found[0] == "with" else found[0], text.translate({10: 32, 13: 32}))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            root = ast.parse(code.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _unreadable(text, lead, error) from None
    expression = Expression(text, root, lead)
    _check(expression, root, 0)
    return expression


def _place(node: ast.Name) -> str:
    return "with" if node.id == _WITH else node.id


def _unreadable(text: str, lead: int, error: Exception) -> Mistake:
    for found in _UNQUOTED.finditer(text):
        if found[1]:
            problem = f"{found[1]} has to be in quotes inside an expression"
            return Mistake(problem, help_=f"write '{found[1]}'", within=_group(found))
    if word := re.search(r"\b(AND|OR|NOT|IN|IF|ELSE)\b", text):
        problem = f"'{word[1]}' can't stand in an expression"
        return Mistake(problem, help_=f"write '{word[1].lower()}'", within=_group(word))
    for found in _FOREIGN_SIGN.finditer(text):
        if found[1]:
            problem = f"'{found[1]}' can't stand in an expression"
            return Mistake(problem, help_=f"write '{_FOREIGN[found[1]]}'", within=_group(found))
    at = error.offset if isinstance(error, SyntaxError) and error.offset else 1
    start = min(lead + at - 1, len(text.rstrip()) - 1)
    problem = f"'{text.strip()}' is not an expression"
    return Mistake(problem, "like matrix.lines * 2", within=(start, max(1, len(text.rstrip()) - start)))


def _group(found: re.Match[str]) -> tuple[int, int]:
    """Where the first group of a match stands: offset and length."""
    return found.start(1), len(found[1])


def _check(expression: Expression, node: ast.AST, depth: int) -> None:
    if depth > MAX_EXPRESSION_DEPTH and isinstance(node, ast.expr):
        raise expression.error(node, f"an expression nested more than {MAX_EXPRESSION_DEPTH} levels deep")
    if isinstance(node, ast.expr) and name_of(node) is not None:
        return
    if isinstance(node, ast.Call):
        _check_call(expression, node)
        children: list[ast.AST] = list(node.args)
    elif isinstance(node, ast.Name | ast.Constant):
        _check_leaf(expression, node)
        children = []
    elif isinstance(node, _NODES):
        children = list(ast.iter_child_nodes(node))
    else:
        culprit = node if isinstance(node, ast.expr) else expression.root
        what = _NAMES.get(type(node), "an attribute" if isinstance(node, ast.Attribute) else "this")
        raise expression.error(culprit, f"{what} can't stand in an expression", expected=WHOLE)
    for child in children:
        _check(expression, child, depth + 1)


def _check_leaf(expression: Expression, node: ast.Name | ast.Constant) -> None:
    if isinstance(node, ast.Constant):
        if not isinstance(node.value, str | int | float | None):
            raise expression.error(node, "this can't stand in an expression", expected=WHOLE)
        return
    name = _place(node)
    if name in CONSTANTS:
        return
    problem = f"'{name}' is neither a matrix value nor an environment variable"
    help_ = did_you_mean(name, PLACES) if name not in PLACES else f"say which one: {name}.NAME"
    error = expression.error(
        node,
        problem,
        expected="${{ matrix.name }} or ${{ env.NAME }}",
        help_=help_ or f"a text is in quotes: '{name}'",
    )
    error.code = Code.UNKNOWN_NAME
    raise error


def _check_call(expression: Expression, node: ast.Call) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else None
    if name not in FUNCTIONS:
        problem = f"there is no function '{name}'" if name else "only functions can be called"
        help_ = did_you_mean(name or "", FUNCTIONS)
        raise expression.error(node.func, problem, expected=f"one of: {', '.join(FUNCTIONS)}", help_=help_)
    most = {"min": 20, "max": 20, "round": 2}.get(str(name), 1)
    if node.keywords or not 1 <= len(node.args) <= most:
        counts = {1: "exactly one value", 2: "one value, or one and a number of digits"}.get(most, "some values")
        raise expression.error(node, f"{name}() takes {counts}", help_=f"write {name}(x)")
