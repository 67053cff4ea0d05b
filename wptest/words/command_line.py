"""Command lines of the programs, as steps have them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import AfterValidator, Discriminator, PlainValidator, Tag, WithJsonSchema

from engine.programs.command import Command, parse_command
from engine.programs.program_specs import PROGRAMS
from engine.text.mistake import Mistake
from wptest.shapes import written
from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import value_in_words
from wptest.text.codes import Code
from wptest.words.obstacle import Reason
from wptest.words.stage import Reality
from wptest.words.verb import Nature, Verb

_HERE = (".", "./")
_NAME = re.compile(written.PROGRAM_NAME)


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
        raise Mistake(
            f"{value_in_words(value)} is not a command", "a command like wparse daemon", code=Code.WRONG_TYPE
        )
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


def _name(value: str) -> str:
    if value in PROGRAMS:
        raise Mistake(f"'{value}' is what a program is called that has no name of its own", "a name like second")
    if not _NAME.fullmatch(value):
        raise Mistake(f"'{value}' is no name of a program", "small letters, digits, _ and -, like second")
    return value


class NamedCommand(Shape):
    """A program that has a name of its own, beside one of its kind."""

    command: Annotated[Command, PlainValidator(_command), written.COMMAND_SCHEMA] = documented(
        "The command.", "wparse daemon", default=...
    )
    called: Annotated[
        str, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": written.PROGRAM_NAME})
    ] = documented("What other steps and checks call this one.", "second", default=..., alias="as")


_StartedCommand = Annotated[
    Annotated[Command, PlainValidator(_command), Tag("<command>"), written.COMMAND_SCHEMA]
    | Annotated[NamedCommand, Tag("<named>")],
    Discriminator(lambda value: "<named>" if isinstance(value, dict) else "<command>"),
    AfterValidator(
        lambda given: replace(given.command, called=given.called) if isinstance(given, NamedCommand) else given
    ),
]


class WithCommand(Verb[Command], Protocol):
    """What a step does with a program that it starts."""

    value: ClassVar[Any] = _StartedCommand
    examples: ClassVar[tuple[Any, ...]] = ({"command": "wparse daemon", "as": "second"},)
    nature: ClassVar[Nature] = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_not_started(self.written)

    @property
    def command(self) -> Command | None:
        """See `Verb.command`."""
        return self.written
