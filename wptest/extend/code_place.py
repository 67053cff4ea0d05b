"""Where in a Python file something stands that is wrong with an extension."""

from __future__ import annotations

import ast
import inspect
import linecache
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.text.diagnostic import Diagnostic
from wptest.shapes.declare import Declared
from wptest.text.codes import Code

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class CodePlace:
    """A stretch of one line of a file; line 0 is the file as a whole."""

    path: Path
    line: int
    column: int = 1
    length: int = 0

    def diagnostic(
        self, message: str, code: Code, *, expected: str | None = None, help_: str | None = None
    ) -> Diagnostic:
        """A mistake that stands here."""
        line = linecache.getline(str(self.path), self.line).rstrip("\n")
        column = self.column if self.length else len(line) - len(line.lstrip()) + 1
        length = self.length or max(1, len(line.strip()))
        return Diagnostic(self.path, self.line, column, length, message, expected, help_, code, line)


def definition_of(declared: Declared) -> CodePlace:
    """The name in the `def` or `class` line."""
    return _name_of(declared, _definition(declared))


def method_of(declared: Declared, name: str) -> CodePlace:
    """The name in the `def` line of a class's method; the class where it has no such line of its own."""
    return _name_of(declared, _method(declared, name) or _definition(declared))


def parameter_of(declared: Declared, name: str, *, annotation: bool = False) -> CodePlace:
    """A parameter's name, or its annotation; the definition where it has none of its own."""
    node = _definition(declared)
    if isinstance(node, ast.ClassDef):
        node = _method(declared, "__init__")
    if node is None or isinstance(node, ast.ClassDef):
        return definition_of(declared)
    every = node.args
    listed = [*every.posonlyargs, *every.args, every.vararg, *every.kwonlyargs, every.kwarg]
    argument = next((each for each in listed if each is not None and each.arg == name), None)
    if argument is None:
        return definition_of(declared)
    target = argument.annotation if annotation else None
    if target is None:
        return _span(declared.path, argument.lineno, argument.col_offset, len(name))
    is_one_line = target.end_lineno == target.lineno and target.end_col_offset is not None
    width = target.end_col_offset - target.col_offset if is_one_line and target.end_col_offset else 1
    return _span(declared.path, target.lineno, target.col_offset, width)


def _span(path: Path, line: int, offset: int, length: int) -> CodePlace:
    # The parser counts columns in bytes.
    before = linecache.getline(str(path), line).encode()[:offset].decode(errors="replace")
    return CodePlace(path, line, len(before) + 1, length)


def _name_of(declared: Declared, node: Definition | None) -> CodePlace:
    if node is None:
        return CodePlace(declared.path, declared.line)
    line = linecache.getline(str(declared.path), node.lineno)
    return CodePlace(declared.path, node.lineno, line.find(node.name, node.col_offset) + 1, len(node.name))


def _method(declared: Declared, name: str) -> Definition | None:
    node = _definition(declared)
    body = node.body if isinstance(node, ast.ClassDef) else []
    methods = (each for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return next((method for method in methods if method.name == name), None)


def _definition(declared: Declared) -> Definition | None:
    kinds = (ast.ClassDef,) if inspect.isclass(declared.object) else (ast.FunctionDef, ast.AsyncFunctionDef)
    return next(
        (
            node
            for node in ast.walk(_parsed(declared.path))
            if isinstance(node, kinds)
            and any(
                decorator.lineno <= declared.line <= (decorator.end_lineno or decorator.lineno)
                for decorator in node.decorator_list
            )
        ),
        None,
    )


@lru_cache(maxsize=16)
def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError):
        return ast.Module([], [])
