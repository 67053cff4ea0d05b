"""`upon: {operation: rename, on: data/rescue/**}`: before a program does this to such a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple, Self, final

from pydantic import Field

from wptest.shapes.values import Count
from wptest.words.file_operation import AnyOperation, FilePattern
from wptest.words.obstacle import Beyond, Reason
from wptest.words.stage import Reality, Stage
from wptest.words.trigger import Besides, UponTrigger, in_time
from wptest.words.verb import Operations


class OperationOn(NamedTuple):
    """An operation, the path pattern of its files, and its which occurrence."""

    operation: str
    pattern: str
    nth: int


@final
class UponOperation(UponTrigger[OperationOn]):
    """Before a program does this to a file that matches `on`; `statement` and `commit` are what a python
    sink lets SQLite do.
    """  # noqa: D205 - one sentence

    key = "operation"
    order = 60
    examples = ("rename",)
    value = AnyOperation
    besides = (
        Besides("on", FilePattern, "Which files the `operation` is about.", ("data/rescue/**",)),
        Besides(
            "nth",
            Annotated[Count, Field(ge=1)],
            "Which `operation`, counted from the step before.",
            (3,),
            default=1,
        ),
    )
    together = "{operation: append, on: data/rescue/**}"
    lateness = in_time

    @classmethod
    def read(cls, upon: Mapping[str, Any]) -> Self:
        """See `UponTrigger.read`."""
        return cls(OperationOn(upon["operation"], upon["on"].pattern, upon["nth"]))

    async def come(self, stage: Stage, _since: int) -> None:
        """See `Trigger.come`."""
        await stage.waiting.until_operation(*self.written)

    def told(self) -> str:
        """See `Trigger.told`."""
        operation, on, nth = self.written
        return f"{operation} number {nth} on {on}"

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Trigger.obstacles`."""
        return real.why_never(Beyond.OPERATION)

    @property
    def operations(self) -> Operations | None:
        """See `Trigger.operations`."""
        return Operations(("upon", "on"), self.written.pattern, (self.written.operation,))
