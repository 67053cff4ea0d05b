"""`signal: {wparse: USR1}`: send a signal to a program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Annotated, Any, Literal, final, get_args

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from engine.programs.command import PROGRAMS
from engine.text.mistake import Mistake, one_of
from wptest.shapes.values import ProcessKey
from wptest.text.codes import Code
from wptest.words.change import StepChange
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage, State
from wptest.words.verb import Hit, Nature, Snippet, Stands, Verb, no_time

SignalName = Literal["USR1", "INT", "TERM", "HUP", "KILL"]
_GRACEFUL = ("USR1", "INT", "TERM")


_VERBS = {"STOP": "pause", "CONT": "resume"}


def _no_verb(value: Any) -> Any:
    if (verb := _VERBS.get(str(value).removeprefix("SIG"))) is not None:
        message = f"'{value}' is a step of its own"
        raise Mistake(message, one_of(get_args(SignalName)), help_=f"write {verb}: PROGRAM", code=Code.UNKNOWN_WORD)
    return value


def _only_one(value: dict[str, SignalName]) -> dict[str, SignalName]:
    if len(value) != 1:
        problem = f"a step signals one process, this one has {len(value) or 'none'}"
        raise Mistake(problem, "one process like {wparse: USR1}", code=Code.CHOICE)
    return value


OneSignal = Annotated[
    dict[ProcessKey, Annotated[SignalName, BeforeValidator(_no_verb)]],
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


@final
class SendSignal(Verb[dict[str, SignalName]]):
    """Send a signal: `USR1`, `INT` and `TERM` stop gracefully."""

    key = "signal"
    order = 40
    examples = ({"wparse": "USR1"},)
    value = OneSignal
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (
        Snippet("signal", "Stop a program gracefully", {"signal": {"${1:wparse}": "${2:USR1}"}}),
        Snippet("stop a program", "Stop a program, if it runs", {"signal": {"${1:wparse}": "TERM"}}, "cleanup"),
    )
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    takes = no_time
    obstacles = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        from engine.kernel import Signal  # noqa: PLC0415 - for a run only

        process, signal = self._sent
        if signal == "KILL":
            stage.kill(process)
        else:
            stage.running(process).process.signal(Signal[signal])
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`: a program may take its time to stop, or not listen at all."""
        process, signal = self._sent
        left = State.KILLED if signal == "KILL" else State.UNCERTAIN
        lives.address(process, ("signal", process), left, "stopped it", at_key=True)

    def hits(self) -> Iterable[Hit]:
        """See `Verb.hits`."""
        process, signal = self._sent
        yield Hit("stop" if signal in _GRACEFUL else "kill", program=process)

    @property
    def _sent(self) -> tuple[str, SignalName]:
        return next(iter(self.written.items()))
