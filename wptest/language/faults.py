"""`fault:`, what goes wrong in the storage: which operations on which files fail or are slow, and when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from engine.storage.faults import Operation
from wptest.language.glob import Glob
from wptest.language.shape import Choice, Many, Shape
from wptest.language.values import Count, Duration, OneOrMany, Pattern, relative_path

Errno = Literal["EIO", "ENOSPC", "EROFS", "EACCES"]


def _write_is_append(value: Any) -> Any:
    return "append" if value == "write" else value


def _below_the_run(pattern: Glob) -> Glob:
    relative_path(pattern.pattern)
    return pattern


class Fault(Shape):
    """Operations on the files that match `on` fail with `errno`, or take `slow` longer.

    It bites from the `nth` matching operation on, `times` times and no longer than `duration` nanoseconds
    after its step; without these from the first one on, until a `heal` step.
    """

    choices = (Choice("a fault", "of 'errno' and 'slow'", ("errno", "slow")),)

    on: Annotated[Pattern, AfterValidator(_below_the_run)]
    operations: Annotated[Many[Annotated[Operation, BeforeValidator(_write_is_append)]], OneOrMany] = Field(
        alias="fail", min_length=1
    )
    errno: Errno | None = None
    slow: Duration | None = None
    duration: Duration | None = Field(default=None, alias="for")
    nth: Annotated[Count, Field(ge=1)] = 1
    times: Annotated[Count, Field(ge=1)] | None = None
