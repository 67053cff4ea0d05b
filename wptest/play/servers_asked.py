"""Whether the servers that real ones are asked for by name are there: a name that none has is a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.text.mistake import Mistake, one_of, suggest
from wptest.play.job import Job, VariantGoneError, variant_of
from wptest.scenario.root import Rootdir
from wptest.text.scenario_source import InvalidScenario

if TYPE_CHECKING:
    from wptest.servers.server_choice import ServerChoice


def check_names(
    jobs: Iterable[Job], choices: Iterable[ServerChoice], option: str, rootdir: Rootdir | None = None
) -> None:
    """See whether each name of a choice is that of a server of some scenario.

    A file with mistakes may have any server: then nothing is said, as it will be told of itself.

    Raises:
        Mistake: no scenario has a server of that name.
    """
    named = [choice for choice in choices if choice.name]
    if not named:
        return
    names: dict[str, None] = {}
    for job in jobs:
        try:
            names |= dict.fromkeys(server.name for server in variant_of(job, rootdir).project.servers)
        except (InvalidScenario, VariantGoneError):
            return
        if all(choice.name in names for choice in named):
            return
    for choice in named:
        if choice.name not in names:
            message = f"{option} {choice.written}: no scenario that is selected has a server '{choice.name}'"
            raise Mistake(message, one_of(names) if names else None, help_=suggest(choice.name, names))
