"""`signal: {wparse: USR1}`: send a signal to a program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Annotated, Literal, final, get_args

from pydantic import AfterValidator, WithJsonSchema

from engine.programs.program_specs import PROGRAMS
from engine.text.mistake import Mistake
from wptest.shapes.values import ProcessKey
from wptest.shapes.written import PROGRAM_NAME
from wptest.text.codes import Code
from wptest.words.change import StepChange
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage, State
from wptest.words.verb import Hit, Nature, Snippet, Stands, Verb, no_time
from wptest.words.verbs.pause_program import paused
from wptest.words.verbs.resume_program import resume

SignalName = Literal["USR1", "INT", "TERM", "HUP", "KILL", "STOP", "CONT"]
_HITS = dict.fromkeys(("USR1", "INT", "TERM"), "stop") | {"STOP": "pause"}
_LEAVES = {
    "KILL": (State.KILLED, "killed it"),
    "STOP": (State.RUNNING, "paused it"),
    "CONT": (State.RUNNING, "let it go on"),
}


def _only_one(value: dict[str, SignalName]) -> dict[str, SignalName]:
    if len(value) != 1:
        problem = f"a step signals one process, this one has {len(value) or 'none'}"
        raise Mistake(problem, "one process like {wparse: USR1}", code=Code.CHOICE)
    return value


OneSignal = Annotated[
    dict[ProcessKey, SignalName],
    AfterValidator(_only_one),
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"anyOf": [{"enum": list(PROGRAMS)}, {"pattern": PROGRAM_NAME}]},
            "additionalProperties": {"enum": list(get_args(SignalName))},
            "minProperties": 1,
            # `maxProperties: 1` would say it as well, and editors then complete nothing.
            "not": {"anyOf": [{"required": list(two)} for two in combinations(PROGRAMS, 2)]},
        }
    ),
]


@final
class SendSignal(Verb[dict[str, SignalName]]):
    """Send a signal: `USR1`, `INT` and `TERM` stop gracefully, `STOP` and `CONT` are `pause` and `resume`."""

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
        match signal:
            case "KILL":
                stage.kill(process)
            case "STOP":
                return [paused(stage, process, ("signal", process))]
            case "CONT":
                return resume(stage, process, ("signal", process))
            case _:
                stage.running(process).signal(Signal[signal])
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`: a program may take its time to stop, or not listen at all."""
        process, signal = self._sent
        left, by = _LEAVES.get(signal, (State.UNCERTAIN, "stopped it"))
        lives.address(process, ("signal", process), left, by, at_key=True)

    def hits(self) -> Iterable[Hit]:
        """See `Verb.hits`."""
        process, signal = self._sent
        if signal != "CONT":
            yield Hit(_HITS.get(signal, "kill"), program=process)

    @property
    def _sent(self) -> tuple[str, SignalName]:
        return next(iter(self.written.items()))
