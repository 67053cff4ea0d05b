"""`fault:`, what goes wrong in the storage: which operations on which files fail or are slow, and when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from engine.storage.faults import Operation
from wptest.extend.extension import Call
from wptest.language import written
from wptest.language.glob import Glob
from wptest.language.shape import Choice, Many, Shape, Slot
from wptest.language.values import Duration, OneOrMany, Pattern, Positive, relative_path

Errno = Literal["EIO", "ENOSPC", "EROFS", "EACCES"]


def _write_is_append(value: Any) -> Any:
    return "append" if value == "write" else value


def _below_the_run(pattern: Glob) -> Glob:
    relative_path(pattern.pattern)
    return pattern


FilePattern = Annotated[Pattern, AfterValidator(_below_the_run), written.PATH_PATTERN]


FaultOperation = Annotated[
    Operation, BeforeValidator(_write_is_append, json_schema_input_type=Literal["write"] | Operation)
]


class Fault(Shape):
    """Operations on the files that match `on` fail with `errno`, or take `slow` longer.

    It bites from the `nth` matching operation on, `times` times and no longer than `duration` nanoseconds
    after its step; without these from the first one on, until a `heal` step.
    """

    choices = (Choice("a fault", "of 'errno' and 'slow'", ("errno", "slow")),)
    slot = Slot("fault", "a fault", instead=True)

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
    errno: Errno | None = Field(default=None, description="The operations fail with this error.")
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


class _ReadAsFault:
    """A call is what `Fault` becomes by itself where it is somebody's own: there is nothing else to read."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of `Fault` alone."""
        return handler.generate_schema(Fault)


AnyFault = Annotated[Fault | Call, _ReadAsFault()]
