"""Lines of the input that nobody will ever read: told, unless the scenario says how many there are or were read."""

from __future__ import annotations

from collections.abc import Iterator

from wptest.run.world import World
from wptest.text.wording import so_many
from wptest.words.expect import Expected
from wptest.words.failures import Failure
from wptest.words.finding import Finding

_SAYS_HOW_MANY = {"issued", "accepted"}


def unread_input(world: World, checks: list[Expected], mover: int) -> Iterator[Finding]:
    """What of the input was gone before it was read, or waits for its end.

    `checks` are all that is expected, and step `mover` has started the wparse that should have read it.
    """
    inputs = world.ledger.dues.inputs
    if any(place in _SAYS_HOW_MANY for check in checks for word in check.words for place, _ in word.amounts()):
        return
    said = f"if that is meant, say so: then: {{ledger: {{accepted: {inputs.accepted}}}}}"
    for path in inputs.paths:
        if lines := inputs.passed_over(path):
            message = f"{so_many(lines)} of the input, {path}, were gone before wparse read them"
            evidence = (f"of {so_many(inputs.issued)} it has read {inputs.accepted}",)
            help_ = f"give it time to read them before the input is changed; {said}"
            yield world.facts.unproved(("when", mover), message, Failure.UNREAD_INPUT, evidence, help_=help_)
        elif inputs.waits_for_end(path):
            message = f"the last line of the input, {path}, has no end, so wparse waits for the rest of it"
            help_ = f"let it end in a line feed; {said}"
            yield world.facts.unproved(("when", mover), message, Failure.UNREAD_INPUT, help_=help_)
