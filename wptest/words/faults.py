"""`fault:`, what goes wrong in the storage: which operations on which files fail or are slow, and when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationInfo,
    field_validator,
)
from pydantic_core import CoreSchema

from engine.storage.faults import ERRORS, FileOperation, Operation
from engine.text.mistake import Mistake, one_of
from wptest.shapes import written
from wptest.shapes.extension import Call
from wptest.shapes.glob import Glob
from wptest.shapes.shape import Choice, Many, Shape, Slot
from wptest.shapes.values import Duration, OneOrMany, Pattern, Positive, relative_path
from wptest.text.codes import Code

Errno = Literal[
    "EIO", "ENOSPC", "EROFS", "EACCES", "EPERM", "EDQUOT", "EFBIG", "EMFILE", "ENFILE", "EXDEV", "EBUSY", "EINTR",
    "ENOLCK", "ENOMEM", "ESTALE",
]  # fmt: skip


def _write_is_append(value: Any) -> Any:
    return "append" if value == "write" else value


def _below_the_run(pattern: Glob) -> Glob:
    relative_path(pattern.pattern)
    return pattern


FilePattern = Annotated[Pattern, AfterValidator(_below_the_run), written.PATH_PATTERN]


FaultOperation = Annotated[
    FileOperation, BeforeValidator(_write_is_append, json_schema_input_type=Literal["write"] | FileOperation)
]
AnyOperation = Annotated[
    Operation, BeforeValidator(_write_is_append, json_schema_input_type=Literal["write"] | Operation)
]


class Fault(Shape):
    """Operations on the files that match `on` fail with `errno`, take `slow` longer, or write `short`.

    It bites from the `nth` matching operation on, `times` times and no longer than `duration` nanoseconds
    after its step; without these from the first one on, until a `heal` step.
    """

    choices = (Choice("a fault", "of 'errno', 'slow' and 'short'", ("errno", "slow", "short")),)
    slot = Slot("fault", "a fault", instead=True)

    model_config = ConfigDict(json_schema_extra={"dependencies": {"torn": ["errno"]}})

    on: FilePattern = Field(
        description="The files it is for. Here `*` stays within one part of a path, and `**` spans any number.",
        examples=["data/out_dat/**", "data/rescue/*.dat"],
    )
    operations: Annotated[Many[FaultOperation], OneOrMany] = Field(
        alias="fail",
        min_length=1,
        description="The operations that it bites, one or a list. `write` is another word for `append`.",
        examples=[["open", "append"], "fsync"],
    )
    errno: Errno | None = Field(
        default=None, description="The operations fail with this error, which must be one that they can give."
    )
    torn: Positive | None = Field(
        default=None,
        description="Of a failing `write`, so many bytes are in the file all the same, and nobody is told.",
        examples=[10],
    )
    short: Positive | None = Field(
        default=None,
        description="A `write` writes so many bytes at most, and says so: the program goes on with the rest.",
        examples=[100],
    )
    slow: Duration | None = Field(default=None, description="The operations take so much longer.", examples=["2s"])
    duration: Duration | None = Field(
        default=None,
        alias="for",
        description="How long the fault lasts. Without it: until a `heal` step.",
        examples=["1500ms"],
    )
    nth: Positive = Field(default=1, description="The first matching operation that it bites.", examples=[3])
    times: Positive | None = Field(
        default=None, description="How many operations it bites. Without it: all.", examples=[1]
    )

    @field_validator("errno")
    @classmethod
    def _one_that_they_can_give(cls, errno: Errno | None, info: ValidationInfo) -> Errno | None:
        operations: tuple[FileOperation, ...] = info.data.get("operations", ())
        for operation in operations:
            if errno is not None and operation not in ERRORS[errno]:
                possible = [name for name, given in ERRORS.items() if set(operations) <= set(given)]
                raise Mistake(
                    f"'{operation}' never fails with {errno}",
                    one_of(possible) if possible else None,
                    help_=f"the operations that can fail with {errno}: {', '.join(ERRORS[errno])}",
                )
        return errno

    @field_validator("torn", "short")
    @classmethod
    def _part_of_a_write(cls, size: int | None, info: ValidationInfo) -> int | None:
        operations = info.data.get("operations", ("append",))
        if size is not None and operations != ("append",):
            raise Mistake(f"'{info.field_name}' is for writes alone", "fail: write", code=Code.CHOICE)
        if size is not None and info.field_name == "torn" and info.data.get("errno", "") is None:
            raise Mistake("'torn' is what a failing write leaves", "an 'errno' beside it", code=Code.CHOICE)
        return size


class _ReadAsFault:
    """A call is what `Fault` becomes by itself where it is somebody's own: there is nothing else to read."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of `Fault` alone."""
        return handler.generate_schema(Fault)


AnyFault = Annotated[Fault | Call, _ReadAsFault()]
