"""Operations on files, and patterns of paths, as faults and triggers name them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator

from engine.storage.faults import DatabaseOperation, FileOperation, Operation
from engine.text.mistake import Mistake, nearest, one_of
from wptest.shapes import written
from wptest.shapes.scenario_paths import relative_path
from wptest.shapes.values import Pattern
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code


def written_name(operation: str) -> str:
    """An operation as a file has it."""
    return "write" if operation == "append" else operation


def _operation_of(value: Any, known: tuple[Operation, ...]) -> Any:
    """The engine's name of an operation; what is no text, the literal tells itself."""
    name = "append" if value == "write" else value
    if not isinstance(name, str) or name in known:
        return name
    from wptest.text.synonyms import meant  # noqa: PLC0415 - of no use to files without mistakes

    close = nearest(meant(name, known) or name, (*known, "write"))
    help_ = f"did you mean '{'write' if close == 'append' else close}'?" if close is not None else None
    expected = one_of(map(written_name, known))
    raise Mistake(f"unknown word '{value}'", expected, help_=help_, code=Code.UNKNOWN_WORD)


def _below_the_run(pattern: Glob) -> Glob:
    relative_path(pattern.pattern)
    return pattern


FilePattern = Annotated[Pattern, AfterValidator(_below_the_run), written.PATH_PATTERN_SCHEMA]


_FILE_OPERATIONS: tuple[Operation, ...] = get_args(FileOperation)
_ALL_OPERATIONS: tuple[Operation, ...] = (*_FILE_OPERATIONS, *get_args(DatabaseOperation))

FaultOperation = Annotated[
    FileOperation,
    BeforeValidator(
        partial(_operation_of, known=_FILE_OPERATIONS), json_schema_input_type=Literal["write"] | FileOperation
    ),
]
AnyOperation = Annotated[
    Operation,
    BeforeValidator(
        partial(_operation_of, known=_ALL_OPERATIONS), json_schema_input_type=Literal["write"] | Operation
    ),
]
