"""Mutants, drawn by a seed: one change each, by the operators of cosmic-ray, at one place of the engine."""

from __future__ import annotations

import ast
import difflib
import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

from mutants.mutant import Mutant

# What a slip of the hand may be. Of the 213 operators there are, most turn a `+` into each other one.
_COMPARISONS = {"Eq": "NotEq", "Lt": "LtE GtE", "LtE": "Lt Gt", "Gt": "GtE LtE", "GtE": "Gt Lt", "Is": "IsNot"}
_BINARY = {"Add": "Sub", "Sub": "Add", "Mul": "FloorDiv", "FloorDiv": "Mul", "Mod": "FloorDiv", "BitAnd": "BitOr"}
_OTHERS = """
AddNot ReplaceUnaryOperator_Delete_Not ReplaceAndWithOr ReplaceOrWithAnd ReplaceTrueWithFalse ReplaceFalseWithTrue
ReplaceBreakWithContinue ReplaceContinueWithBreak NumberReplacer ZeroIterationForLoop ExceptionReplacer
ReplaceComparisonOperator_NotEq_Eq ReplaceComparisonOperator_IsNot_Is
"""
# What people read, what must hold anyway and what types say: a change there is none of what the engine does.
_SAID = re.compile(r"\s*(await )?[\w.]+\.(log\.\w+|emit|_?assert_\w+)\(")
_LEFT_OUT = ("decorator", "assert_stmt", "tfpdef")
_PROTOCOL = re.compile(r"class \w+(\[.*\])?\(.*\bProtocol\b.*\):")
_ASSERTED = re.compile(r"\s*if soundness\.checked\b")


class DropCall(Operator):  # type: ignore[misc]
    """Leaves out a statement that is nothing but a call: a sync, a close, a note of what is owed."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """See `Operator`."""
        if node.type == "simple_stmt" and node.children[0].get_code().endswith(")"):
            call = node.children[0]
            if call.type in ("atom_expr", "power", "await_expr") and not _SAID.match(call.get_code()):
                yield call.start_pos, call.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """See `Operator`."""
        del index
        passing = parso.parse("pass").children[0]
        passing.prefix = node.get_first_leaf().prefix
        node.children[0] = passing
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """See `Operator`; they are for cosmic-ray's own tests."""
        return ()


def draw(root: Path, packages: Sequence[str], seed: int, count: int) -> list[Mutant]:
    """So many mutants of these packages of the engine, all of them different; fewer if there are no more."""
    files = sorted(path for package in packages for path in (root / "engine" / package).rglob("*.py"))
    weights = [len(path.read_bytes()) for path in files]
    chance = random.Random(f"mutants/{seed}")  # noqa: S311 - nobody is to be kept from guessing it
    drawn: dict[str, Mutant] = {}
    for _ in range(count * 20):
        (path,) = chance.choices(files, weights)
        sites = _sites(path)
        if len(drawn) < count and sites:
            name, occurrence, line = chance.choice(chance.choice(sites))
            mutant = _mutant(path.relative_to(root), path.read_text(encoding="utf-8"), name, occurrence, line)
            if mutant is not None:
                drawn.setdefault(mutant.diff, mutant)
    return list(drawn.values())


@cache
def _sites(path: Path) -> list[list[tuple[str, int, int]]]:
    """For each place of a file what can be done there: the operator, which of its occurrences, the line."""
    finder = _Finder()
    finder.walk(get_ast(path.read_text(encoding="utf-8")))
    return [finder.found[place] for place in sorted(finder.found)]


@cache
def _operators() -> dict[str, Operator]:
    pairs = {f"ReplaceComparisonOperator_{a}_{b}" for a, many in _COMPARISONS.items() for b in many.split()}
    pairs |= {f"ReplaceBinaryOperator_{a}_{b}" for a, b in _BINARY.items()}
    shipped = {name: get_operator(f"core/{name}")() for name in sorted({*pairs, *_OTHERS.split()})}
    return {**shipped, "DropCall": DropCall()}


class _Finder(Visitor):  # type: ignore[misc]
    """Counts occurrences as cosmic-ray does, and keeps those that are worth a try."""

    def __init__(self) -> None:
        self.found: dict[Any, list[tuple[str, int, int]]] = {}
        self._counted = dict.fromkeys(_operators(), 0)

    def visit(self, node: Any) -> Any:
        """See `Visitor`."""
        for name, operator in _operators().items():
            for start, end in operator.mutation_positions(node):
                if not _is_left_out(node):
                    self.found.setdefault((start, end), []).append((name, self._counted[name], start[0]))
                self._counted[name] += 1
        return node


def _is_left_out(node: Any) -> bool:
    while node is not None:
        parent = node.parent
        if node.type in _LEFT_OUT or _SAID.match(node.get_code() if node.type == "simple_stmt" else ""):
            return True
        if node.type == "if_stmt" and _ASSERTED.match(node.get_code(include_prefix=False)):
            return True
        if node.type == "classdef" and _PROTOCOL.match(node.get_code(include_prefix=False)):
            return True
        if parent is not None and parent.type == "annassign" and node is parent.children[1]:
            return True
        if parent is not None and parent.type == "funcdef" and node is parent.annotation:
            return True
        node = parent
    return False


def _mutant(path: Path, text: str, name: str, occurrence: int, line: int) -> Mutant | None:
    """The mutant, unless Python takes it for the same or doesn't take it at all."""
    changed = mutate_code(text, _operators()[name], occurrence)
    try:
        if ast.dump(ast.parse(changed)) == ast.dump(ast.parse(text)):
            return None
    except SyntaxError:
        return None
    lines = difflib.unified_diff(text.splitlines(), changed.splitlines(), str(path), str(path), n=2, lineterm="")
    how = re.sub(r"^Replace(Comparison|Binary|Unary)?(Operator_)?", "", name)
    return Mutant(str(path), line, how, changed, "\n".join(lines))
