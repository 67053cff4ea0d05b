"""`when:`, the timeline: a step is one action, and at most one trigger that says when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    WithJsonSchema,
    model_validator,
)

from engine.programs.command import PROGRAMS, Command, parse_command
from engine.text.mistake import Mistake
from engine.units import DURATION, parse_duration
from wptest.shapes import written
from wptest.shapes.extension import Call
from wptest.shapes.shape import Choice, Shape
from wptest.shapes.values import Count, Duration, EventName, Name, Pattern, Process, RelativePath, SinkRef, shown
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.words import actions
from wptest.words.actions import Action, SignalName, Trigger, Wait
from wptest.words.expect import Check
from wptest.words.faults import AnyFault, AnyOperation, FilePattern
from wptest.words.given import GivenFile
from wptest.words.hand import ClockChange, DiskSpace, Mode, PowerLoss

ACTIONS = (
    "run", "start", "wait", "signal", "kill", "power_loss", "fault", "heal",
    "disk", "clock", "write", "remove", "chmod", "touch", "check",
)  # fmt: skip
TRIGGERS = ("at", "after", "upon")
_HERE = (".", "./")


# What the commands of a shell are here.
_COMMANDS = {
    "sleep": "write wait: and how long, like wait: 5s",
    "kill": "write kill: PROGRAM, or signal: {PROGRAM: TERM}",
    "pkill": "write kill: PROGRAM, or signal: {PROGRAM: TERM}",
    "rm": "write remove: and the path",
    "touch": "write touch: and the path",
    "chmod": "write chmod: {PATH: '0500'}",
    "echo": "write write: {PATH: {text: ...}}",
    "cp": "write write: {PATH: {text: ...}}",
    "cat": "write check: {sinks: {NAME: {content: ...}}}",
    "grep": "write check: {sinks: {NAME: {content: {contains: ...}}}}",
    "sudo": "leave it out: the programs run without it",
    "$": "leave it out: it is a prompt",
}


def _command(value: Any) -> Command:
    if not isinstance(value, str):
        raise Mistake(f"{shown(value)} is not a command", "a command like wparse daemon", code=Code.WRONG_TYPE)
    try:
        command = parse_command(value)
    except Mistake as error:
        error.code, word = Code.COMMAND, (value.split() or [""])[0]
        if error.within == (value.index(word), len(word)):
            error.help_ = _COMMANDS.get(word, error.help_)
        raise
    if command.options.get("work_root", ".") not in _HERE:
        problem = (
            f"'{command.options['work_root']}' is another directory: a program works in the scenario's project"
        )
        raise Mistake(problem, help_="leave the option out", code=Code.COMMAND)
    return command


def _pause(value: Any) -> Literal["idle"] | int:
    expected = f"idle, {DURATION}, {{exit: PROGRAM}} or {{event: NAME}}"
    if value == "idle":
        return "idle"
    try:
        if isinstance(value, str):
            return parse_duration(value)
    except Mistake as error:
        raise Mistake(error.problem, expected, help_=did_you_mean(value, ["idle"])) from None
    raise Mistake(f"{shown(value)} is nothing to wait for", expected, code=Code.WRONG_TYPE)


def _only_one(value: dict[str, SignalName]) -> dict[str, SignalName]:
    if len(value) != 1:
        problem = f"a step signals one process, this one has {len(value) or 'none'}"
        raise Mistake(problem, "one process like {wparse: USR1}", code=Code.CHOICE)
    return value


CommandLine = Annotated[Command, PlainValidator(_command), written.COMMAND]


class WaitFor(Shape):
    """What else than time or quiet a step waits for."""

    choices = (Choice("a wait", "of 'exit' and 'event'", ("exit", "event")),)

    exit: Process | None = Field(default=None, description="Wait until this program has ended.")
    event: EventName | None = Field(
        default=None, description="Wait until this happens; what happened before the step doesn't count."
    )


Moment = Annotated[Literal["idle"] | int, PlainValidator(_pause), written.WAITED_TIME]
OneSignal = Annotated[
    dict[Process, SignalName],
    AfterValidator(_only_one),
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"enum": list(PROGRAMS)},
            "additionalProperties": {"enum": list(get_args(SignalName))},
            "minProperties": 1,
            # `maxProperties: 1` would say it as well, and editors then complete nothing.
            "not": {"anyOf": [{"required": list(two)} for two in combinations(PROGRAMS, 2)]},
        }
    ),
]
Waiting = Annotated[
    Annotated[Moment, Tag("<moment>")] | Annotated[WaitFor, Tag("<condition>")],
    Discriminator(lambda value: "<condition>" if isinstance(value, dict) else "<moment>"),
]

PowerGone = Annotated[
    Annotated[Literal[True], Tag("<true>")] | Annotated[PowerLoss, Tag("<condition>")],
    Discriminator(lambda value: "<condition>" if isinstance(value, dict | PowerLoss) else "<true>"),
]


class Upon(Shape):
    """The moment that triggers a step: lines at a sink, an event, a log line, or an operation on a file."""

    choices = (
        Choice("a trigger", "of 'sink', 'event', 'log' and 'operation'", ("sink", "event", "log", "operation")),
    )

    model_config = ConfigDict(
        json_schema_extra={
            "dependencies": {
                "sink": ["lines"],
                "lines": ["sink"],
                "operation": ["on"],
                "on": ["operation"],
                "nth": ["operation"],
            }
        }
    )

    sink: SinkRef | None = Field(default=None, description="When this sink has got so many `lines`.")
    lines: Count | None = Field(default=None, description="Which line of the `sink`.", examples=[100])
    event: EventName | None = Field(default=None, description="When this happens.")
    log: dict[Process, Pattern] | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="When a program logs a message that matches.",
        examples=[{"wprescue": "recover begin"}],
    )

    operation: AnyOperation | None = Field(
        default=None,
        description="Before a program does this to a file that matches `on`; `statement` and `commit` are what a "
        "python sink lets SQLite do.",
        examples=["rename"],
    )
    on: FilePattern | None = Field(
        default=None, description="Which files the `operation` is about.", examples=["data/rescue/**"]
    )
    nth: Annotated[Count, Field(ge=1)] = Field(
        default=1, description="Which `operation`, counted from the step before.", examples=[3]
    )

    @model_validator(mode="after")
    def _operation_with_files(self) -> Upon:
        if (self.operation is None) != (self.on is None):
            example = "{operation: append, on: data/rescue/**}"
            raise Mistake("'operation' and 'on' go together", example, code=Code.CHOICE)
        return self

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
        if self.operation is not None and self.on is not None:
            return actions.UponOperation(self.operation, self.on.pattern, self.nth)
        process, pattern = next(iter((self.log or {}).items()))
        return actions.UponLog(process, pattern)


class Step(Shape):
    """One step; `action` and `trigger` are what it says, as one value each.

    `use` is never set in a loaded scenario: the steps that it stands for are in its place.
    """

    choices: ClassVar[tuple[Choice, ...]] = (
        Choice("a step", "action", (*ACTIONS, "use")),
        Choice("a step", "trigger", TRIGGERS, required=False),
    )

    at: Duration | None = Field(default=None, description="So long after the start.", examples=["3s"])
    after: Duration | None = Field(
        default=None, description="So long after the step before is done.", examples=["500ms"]
    )
    upon: Upon | None = Field(
        default=None,
        description="The moment that triggers the step.",
        examples=[{"sink": "access_log", "lines": 100}, {"event": "rescue.created"}],
    )

    run: CommandLine | None = Field(default=None, description="Start a program and wait until it has ended.")
    start: CommandLine | None = Field(default=None, description="Start a program and go on.")
    wait: Waiting | None = Field(
        default=None,
        description="Wait until nothing is left to do (`idle`), so long, or until something has happened.",
        examples=["idle", "2s", {"exit": "wparse"}, {"event": "recovery.file_removed"}],
    )
    signal: OneSignal | None = Field(
        default=None,
        description="Send a signal: `USR1`, `INT` and `TERM` stop gracefully.",
        examples=[{"wparse": "USR1"}],
    )
    kill: Process | None = Field(default=None, description="Kill a program: none of its code runs any more.")
    power_loss: PowerGone | None = Field(
        default=None,
        description="Kill every program, and leave on disk only what was synced, or what `unsynced` says.",
        examples=[True, {"unsynced": "some"}],
    )
    fault: AnyFault | None = Field(
        default=None,
        description="Switch a storage fault on.",
        examples=[{"on": "data/out_dat/**", "fail": ["write", "open"], "errno": "ENOSPC", "for": "2s"}],
    )
    heal: Literal[True] | None = Field(default=None, description="Switch every storage fault off.")
    disk: Annotated[dict[RelativePath, DiskSpace], Field(min_length=1)] | None = Field(
        default=None,
        description="Change how much fits into directories.",
        examples=[{"data/rescue": {"size": "64MiB"}}],
    )
    clock: ClockChange | None = Field(
        default=None, description="Change the wall clock; timers never follow it.", examples=[{"step": "-5s"}]
    )
    write: Annotated[dict[RelativePath, GivenFile], Field(min_length=1)] | None = Field(
        default=None,
        description="Write files, as somebody outside the programs would.",
        examples=[{"data/rescue/a-2025-10-04_03:00:00.dat": {"lines": 10}}],
    )
    remove: RelativePath | None = Field(default=None, description="Remove a file.")
    chmod: Annotated[dict[RelativePath, Mode], Field(min_length=1)] | None = Field(
        default=None, description="Set permission bits.", examples=[{"data/out_dat": "0500"}]
    )
    touch: RelativePath | None = Field(default=None, description="Make an empty file, unless it is there.")
    use: Annotated[str | dict[Name, dict[str, Any]], written.USE] | None = Field(
        default=None,
        description="Take shared steps from the top-level `steps`, and give them what they need.",
        examples=["stop", {"stop": {"program": "wparse"}}],
    )
    check: Check | None = Field(
        default=None, description="Check what must hold at this moment.", examples=[{"rescue": {"dat": "> 0"}}]
    )

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
    "power_loss": lambda loss: actions.PowerLoss("lost" if loss is True else loss.unsynced),
    "fault": lambda fault: actions.CallFault(fault) if isinstance(fault, Call) else actions.Inject(fault),
    "heal": lambda _: actions.Heal(),
    "disk": actions.Resize,
    "clock": actions.ChangeClock,
    "write": actions.Write,
    "remove": actions.Remove,
    "chmod": actions.Chmod,
    "touch": actions.Touch,
    "check": actions.CheckNow,
}
