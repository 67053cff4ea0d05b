"""`fault:`, what goes wrong in the storage: which operations on which files fail or are slow, and when."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, GetCoreSchemaHandler, ValidationInfo, create_model
from pydantic_core import CoreSchema

from engine.storage.faults import FaultRule, FileOperation
from wptest.shapes.extension import Call
from wptest.shapes.shape import KeyChoice, Many, Shape, Slot, documented
from wptest.shapes.values import Duration, OneOrMany, Positive
from wptest.shapes.wildcards import Glob
from wptest.words.fault_kind import Damage, FaultKind
from wptest.words.file_operation import FaultOperation, FilePattern
from wptest.words.registry import word_field, words_in

if TYPE_CHECKING:
    from engine.machine import Machine

FAULT_KINDS = words_in("wptest.words.faults", FaultKind)  # type: ignore[type-abstract]


class StorageFault(Shape):
    """Operations on the files that match `on` fail, or something else becomes of them: see `FAULT_KINDS`.

    It bites from the `nth` matching operation on, `times` times and no longer than `duration` nanoseconds
    after its step; without these from the first one on, until a `heal` step.
    """

    slot = Slot("fault", "a fault", instead=True)

    if TYPE_CHECKING:  # the kinds stand between them, and the order is that of the schema
        on: Glob
        operations: tuple[FileOperation, ...]
        duration: int | None
        nth: int
        times: int | None

    @cached_property
    def kinds(self) -> tuple[FaultKind[Any], ...]:
        """What becomes of the operations."""
        given = {key: getattr(self, key) for key in FAULT_KINDS}
        return tuple(kind(given[key]) for key, kind in FAULT_KINDS.items() if given[key] is not None)

    def begin(self, machine: Machine) -> FaultRule:
        """Put the fault into force."""
        damage: Damage = {}
        for kind in self.kinds:
            damage |= kind.damage()
        operations = frozenset[str](self.operations)
        rule = FaultRule(self.on.pattern, operations, nth=self.nth, times=self.times, **damage)
        return begin_fault(machine, rule, self.duration)


def begin_fault(machine: Machine, rule: FaultRule, duration: int | None = None) -> FaultRule:
    """Put a fault into force, from now on; `duration` is in nanoseconds."""
    rule.since = machine.scheduler.now
    rule.until = None if duration is None else rule.since + duration
    machine.storage.faults.add(rule)
    return rule


def _looked_at(kind: type[FaultKind[Any]]) -> Callable[[Any, ValidationInfo], Any]:
    def look(value: Any, info: ValidationInfo) -> Any:
        # Where the operations are wrong themselves, nothing is said of what becomes of them.
        operations = info.data.get("operations", (kind.alone,) if kind.alone else ())
        beside = [key for key in FAULT_KINDS if info.data.get(key, "") is not None]
        kind(value).look_at(operations, beside)
        return value

    return look


def _fields() -> dict[str, Any]:
    kinds = {
        key: word_field(kind, Annotated[kind.value, AfterValidator(_looked_at(kind))] | None)
        for key, kind in FAULT_KINDS.items()
    }
    on = "The files it is for. Here `*` stays within one part of a path, and `**` spans any number."
    operations = "The operations that it bites, one or a list. `write` is another word for `append`."
    duration = "How long the fault lasts. Without it: until a `heal` step."
    listed = Annotated[Many[FaultOperation], Field(min_length=1), OneOrMany]
    return {
        "on": (FilePattern, documented(on, "data/out_dat/**", "data/rescue/*.dat", default=...)),
        "operations": (listed, documented(operations, ["open", "append"], "fsync", default=..., alias="fail")),
        **kinds,
        "duration": (Duration | None, documented(duration, "1500ms", alias="for")),
        "nth": (Positive, documented("The first matching operation that it bites.", 3, default=1)),
        "times": (Positive | None, documented("How many operations it bites. Without it: all.", 1)),
    }


def _made() -> type[StorageFault]:
    alone = tuple(key for key, kind in FAULT_KINDS.items() if not kind.beside)
    *first, last = [f"'{key}'" for key in alone]
    choice = KeyChoice("a fault", f"of {', '.join(first)} and {last}", alone)
    needs: dict[str, Any] = {key: [kind.beside] for key, kind in FAULT_KINDS.items() if kind.beside}

    class WithKinds(StorageFault):
        choices = (choice,)
        model_config = ConfigDict(json_schema_extra={"dependencies": needs})

    return create_model("Fault", __base__=WithKinds, __doc__=StorageFault.__doc__, **_fields())


FaultShape = _made()


class _ReadAsFault:
    """A call is what `FaultShape` becomes by itself where it is somebody's own: there is nothing else to read."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of `FaultShape` alone."""
        return handler.generate_schema(FaultShape)


AnyFault: Any = Annotated[FaultShape | Call, _ReadAsFault()]
