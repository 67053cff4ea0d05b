"""Operations on files, and patterns of paths, as faults and triggers name them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator

from engine.storage.faults import FileOperation, Operation
from wptest.shapes import written
from wptest.shapes.values import Pattern, relative_path
from wptest.shapes.wildcards import Glob


def _write_is_append(value: Any) -> Any:
    return "append" if value == "write" else value


def _below_the_run(pattern: Glob) -> Glob:
    relative_path(pattern.pattern)
    return pattern


FilePattern = Annotated[Pattern, AfterValidator(_below_the_run), written.PATH_PATTERN_SCHEMA]


FaultOperation = Annotated[
    FileOperation, BeforeValidator(_write_is_append, json_schema_input_type=Literal["write"] | FileOperation)
]
AnyOperation = Annotated[
    Operation, BeforeValidator(_write_is_append, json_schema_input_type=Literal["write"] | Operation)
]
