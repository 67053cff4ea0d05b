"""What ends a run that doesn't end by itself: too many steps, no headway, too much real time, too much memory.

Steps and headway (`run.headway`) are virtual. The time is a last resort, for code of somebody's own that never
comes back; its default is minutes, where the longest run that anybody waits for takes seconds, and less than the
ten minutes after which CI systems end a job that prints nothing.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import takewhile
from traceback import walk_tb

from engine.foreign.sink_mistakes import is_own
from engine.kernel import Livelock, TookTooLong, at_most, scheduler
from engine.kernel.deadline import Where
from engine.machine import Machine
from engine.text.mistake import Mistake
from engine.units import MINUTE, format_duration, parse_duration
from wptest.judge.found import found_now
from wptest.words.failures import Failure
from wptest.words.finding import Finding

TIMEOUT = 5 * MINUTE
IN_VAIN = 5 * MINUTE  # a real program takes 5 s between two attempts at most
PATIENCE_VARIABLE = "WPTEST_PATIENCE"
ENDINGS = ("livelock", "timeout", "memory")  # of the findings
_SHOWN = 5


def patience(environment: Mapping[str, str]) -> int:
    """For how many nanoseconds of virtual time no line has to get anywhere: what the variable says, or the default.

    Raises:
        Mistake: it says no duration.
    """
    value = environment.get(PATIENCE_VARIABLE, "").strip()
    try:
        return parse_duration(value) if value else IN_VAIN
    except Mistake as error:
        raise Mistake(f"the environment variable {PATIENCE_VARIABLE}: {error.problem}", error.expected) from None


class FruitlessError(Livelock):
    """The programs have been busy for long, and nothing has come of it; `evidence` says where that shows."""

    evidence: tuple[str, ...] = ()


@contextmanager
def bounded(timeout: int, found: list[Finding], machine: Machine | None = None) -> Iterator[None]:
    """End what is done when it goes beyond a bound, which is then among what is `found`.

    Args:
        timeout: how long it may take in real time, in nanoseconds; 0 for no limit.
        found: gets the finding.
        machine: what it is done on, if that is there already.
    """
    try:
        with at_most(timeout):
            yield
    except Livelock as error:
        evidence = error.evidence if isinstance(error, FruitlessError) else ()
        found.append(found_now(machine, Failure.LIVELOCK, str(error), name="livelock", evidence=evidence))
    except TookTooLong as error:
        found.append(_too_long(machine, error))
    except MemoryError as error:
        found.append(_too_large(machine, error))


def own_places(stack: Sequence[Where]) -> list[Where]:
    """The places in a stack that are in somebody's own code, the innermost first."""
    # Who runs the engine may be somebody's own as well, and isn't what takes so long.
    inside = takewhile(lambda each: each.file != scheduler.__file__, stack)
    return [each for each in inside if is_own(each.file)]


def took(error: TookTooLong) -> str:
    """That it took too long, and in which line of somebody's own code it was."""
    places = own_places(error.stack)
    where = f", and was at {places[0]}" if places else ""
    return f"it took more than {format_duration(error.limit)} of real time{where}"


def _too_long(machine: Machine | None, error: TookTooLong) -> Finding:
    places = own_places(error.stack)
    evidence = _shown(places)
    if not places and machine is not None:
        steps = f"{machine.scheduler.steps:,} steps of the programs"
        evidence = (f"until then: {format_duration(machine.scheduler.now)} of virtual time, {steps}",)
    more = format_duration(4 * error.limit)
    help_ = f"if it is to take so long, give it more: --timeout {more}, in pytest --wptest-timeout {more}"
    found = found_now(machine, Failure.TIMEOUT, took(error), name="timeout")
    return replace(found, evidence=evidence, help=help_)


def _too_large(machine: Machine | None, error: MemoryError) -> Finding:
    frames = ((frame.f_code, line) for frame, line in walk_tb(error.__traceback__))
    places = own_places([Where(code.co_filename, line, code.co_name) for code, line in frames][::-1])
    where = f", at {places[0]}" if places else ""
    message = f"it needs more memory than there is{where}"
    help_ = "" if places else "give it fewer lines, or less virtual time with trouble in it"
    return found_now(machine, Failure.MEMORY, message, name="memory", evidence=_shown(places), help_=help_)


def _shown(places: Sequence[Where]) -> tuple[str, ...]:
    return tuple(
        f"{each.file}:{each.line}: {linecache.getline(each.file, each.line).strip()}" for each in places[:_SHOWN]
    )
