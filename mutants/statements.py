"""Which lines of a module belong to what stands in one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def lines_with(text: str, line: int) -> range | None:
    """The lines of the innermost statement there, without those of its block; None if the import executes it."""
    node: ast.AST = ast.parse(text)
    found, is_called = range(line, line + 1), False
    while (inner := next((each for each in _parts(node) if line in _extent(each)), None)) is not None:
        body = getattr(node, "body", ())
        is_called = is_called or (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and inner in body)
        node, found = inner, _head(inner)
    return found if is_called else None


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    kinds = (ast.stmt, ast.ExceptHandler, ast.match_case)
    return (each for each in ast.iter_child_nodes(node) if isinstance(each, kinds))


def _extent(node: ast.AST) -> range:
    first = node.pattern if isinstance(node, ast.match_case) else node
    last = node.body[-1] if isinstance(node, ast.match_case) else node
    return range(getattr(first, "lineno", 0), (getattr(last, "end_lineno", None) or 0) + 1)


def _head(node: ast.AST) -> range:
    lines = _extent(node)
    body = getattr(node, "cases", None) or getattr(node, "body", None)
    return range(lines.start, max(lines.start + 1, _extent(body[0]).start)) if isinstance(body, list) else lines
