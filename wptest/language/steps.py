"""`when:`, the timeline: a step is one action, and at most one trigger that says when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, PlainValidator, Tag, model_validator

from engine.programs.command import Command, CommandError, parse_command
from engine.units import DURATION, UnitError, parse_duration
from wptest.language import actions
from wptest.language.actions import Action, SignalName, Trigger, Wait
from wptest.language.codes import Code
from wptest.language.diagnostic import did_you_mean
from wptest.language.expect import Check
from wptest.language.faults import Fault
from wptest.language.given import GivenFile
from wptest.language.hand import ClockChange, DiskSpace, Mode
from wptest.language.shape import Choice, Mistake, Shape
from wptest.language.values import Count, Duration, EventName, Name, Pattern, RelativePath, shown

ACTIONS = (
    "run", "start", "wait", "signal", "kill", "power_loss", "fault", "heal",
    "disk", "clock", "write", "remove", "chmod", "touch", "check",
)  # fmt: skip
TRIGGERS = ("at", "after", "upon")


def _command(value: Any) -> Command:
    if not isinstance(value, str):
        raise Mistake(f"{shown(value)} is not a command", "a command like wparse daemon", code=Code.WRONG_TYPE)
    try:
        return parse_command(value)
    except CommandError as error:
        help_ = f"did you mean '{error.nearest}'?" if error.nearest else None
        within = (error.offset, error.length)
        raise Mistake(error.message, help_=help_, code=Code.COMMAND, within=within) from None


def _pause(value: Any) -> Literal["idle"] | int:
    expected = f"idle, {DURATION}, {{exit: PROGRAM}} or {{event: NAME}}"
    if value == "idle":
        return "idle"
    try:
        if isinstance(value, str):
            return parse_duration(value)
    except UnitError as error:
        raise Mistake(error.problem, expected, help_=did_you_mean(value, ["idle"])) from None
    raise Mistake(f"{shown(value)} is nothing to wait for", expected, code=Code.WRONG_TYPE)


def _only_one(value: dict[str, SignalName]) -> dict[str, SignalName]:
    if len(value) != 1:
        problem = f"a step signals one process, this one has {len(value) or 'none'}"
        raise Mistake(problem, "one process like {wparse: USR1}", code=Code.CHOICE)
    return value


CommandLine = Annotated[Command, PlainValidator(_command, json_schema_input_type=str)]


class WaitFor(Shape):
    """What else than time or quiet a step waits for."""

    choices = (Choice("a wait", "of 'exit' and 'event'", ("exit", "event")),)

    exit: str | None = None
    event: EventName | None = None


Moment = Annotated[Literal["idle"] | int, PlainValidator(_pause, json_schema_input_type=str)]
Waiting = Annotated[
    Annotated[Moment, Tag("<moment>")] | Annotated[WaitFor, Tag("<condition>")],
    Discriminator(lambda value: "<condition>" if isinstance(value, dict) else "<moment>"),
]


class Upon(Shape):
    """The moment that triggers a step: lines at a sink, an event, or a line in a process's log."""

    choices = (Choice("a trigger", "of 'sink', 'event' and 'log'", ("sink", "event", "log")),)

    sink: Name | None = None
    lines: Count | None = None
    event: EventName | None = None
    log: dict[str, Pattern] | None = Field(default=None, min_length=1, max_length=1)

    @model_validator(mode="after")
    def _sink_with_lines(self) -> Upon:
        if (self.sink is None) != (self.lines is None):
            raise Mistake("'sink' and 'lines' go together", "{sink: NAME, lines: 100}", code=Code.CHOICE)
        return self

    @property
    def trigger(self) -> Trigger:
        """The same as one value."""
        if self.sink is not None:
            return actions.UponLines(self.sink, self.lines or 0)
        if self.event is not None:
            return actions.UponEvent(self.event)
        process, pattern = next(iter((self.log or {}).items()))
        return actions.UponLog(process, pattern)


class Step(Shape):
    """One step; `action` and `trigger` are what it says, as one value each."""

    choices = (
        Choice("a step", "action", ACTIONS),
        Choice("a step", "trigger", TRIGGERS, required=False),
    )

    at: Duration | None = None
    after: Duration | None = None
    upon: Upon | None = None

    run: CommandLine | None = None
    start: CommandLine | None = None
    wait: Waiting | None = None
    signal: Annotated[dict[str, SignalName], AfterValidator(_only_one)] | None = None
    kill: str | None = None
    power_loss: Literal[True] | None = None
    fault: Fault | None = None
    heal: Literal[True] | None = None
    disk: Annotated[dict[RelativePath, DiskSpace], Field(min_length=1)] | None = None
    clock: ClockChange | None = None
    write: Annotated[dict[RelativePath, GivenFile], Field(min_length=1)] | None = None
    remove: RelativePath | None = None
    chmod: Annotated[dict[RelativePath, Mode], Field(min_length=1)] | None = None
    touch: RelativePath | None = None
    check: Check | None = None

    @property
    def trigger(self) -> Trigger | None:
        """When the step happens; None for as soon as the step before is done."""
        if self.at is not None:
            return actions.At(self.at)
        if self.after is not None:
            return actions.After(self.after)
        return self.upon.trigger if self.upon is not None else None

    @property
    def action(self) -> Action:
        """What the step does."""
        return _ACTIONS[self.verb](getattr(self, self.verb))

    @property
    def verb(self) -> str:
        """The key of the step's action, as a file writes it."""
        return next(name for name in ACTIONS if getattr(self, name) is not None)


def _wait(waiting: Literal["idle"] | int | WaitFor) -> Wait:
    if isinstance(waiting, WaitFor):
        if waiting.exit is not None:
            return actions.WaitExit(waiting.exit)
        return actions.WaitEvent(waiting.event or "")
    return actions.WaitIdle() if waiting == "idle" else actions.WaitTime(int(waiting))


_ACTIONS: Mapping[str, Callable[[Any], Action]] = {
    "run": actions.Run,
    "start": actions.Start,
    "wait": _wait,
    "signal": lambda signal: actions.Signal(*next(iter(signal.items()))),
    "kill": actions.Kill,
    "power_loss": lambda _: actions.PowerLoss(),
    "fault": actions.Inject,
    "heal": lambda _: actions.Heal(),
    "disk": actions.Resize,
    "clock": actions.ChangeClock,
    "write": actions.Write,
    "remove": actions.Remove,
    "chmod": actions.Chmod,
    "touch": actions.Touch,
    "check": actions.CheckNow,
}
