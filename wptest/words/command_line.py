"""Command lines of the programs, as steps have them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import PlainValidator

from engine.programs.command import Command, parse_command
from engine.text.mistake import Mistake
from wptest.shapes import written
from wptest.shapes.values import value_in_words
from wptest.text.codes import Code
from wptest.words.obstacle import Reason
from wptest.words.stage import Reality
from wptest.words.verb import Nature, Verb

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


class WithCommand(Verb[Command], Protocol):
    """What a step does with a program that it starts."""

    value: ClassVar[Any] = Annotated[Command, PlainValidator(_command), written.COMMAND_SCHEMA]
    examples: ClassVar[tuple[Any, ...]] = ()
    nature: ClassVar[Nature] = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_not_started(self.written)

    @property
    def command(self) -> Command | None:
        """See `Verb.command`."""
        return self.written
