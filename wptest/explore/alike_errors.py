"""Errors of one operation after which a run goes on alike: nobody tells them apart, but who reads their names."""

from __future__ import annotations

from collections.abc import Mapping

from engine.storage.faults import error_family
from wptest.explore.troubles.strikes import FailingOperation
from wptest.run.running import has_python_sinks
from wptest.scenario.load import LoadedVariant

_READS_NAMES = ("log", "disk")  # messages have an error's text, and how much fits is also a matter of their lengths
_NAMED = "storage."  # an event says which error it was


class AlikeErrors:
    """Which errors leave the same in the runs of a variant."""

    def __init__(self, variant: LoadedVariant) -> None:
        own_code = any(step.verb.is_own_code for _, step in variant.scenario.all_steps)
        at_work = {chapter: each for chapter, each in variant.value.items() if chapter != "then"}
        self._tells_all = own_code or has_python_sinks(variant) or _reads_names(at_work)
        self._servers = frozenset(server.name for server in variant.project.servers)

    def family(self, failing: FailingOperation) -> object:
        """Equal for failures of the same operation that leave the same."""
        if self._tells_all:
            return failing.errno
        return error_family(failing.operation, failing.errno, of_server=failing.process in self._servers)


def _reads_names(value: object) -> bool:
    """Whether a scenario has anything that depends on what an error is called."""
    if isinstance(value, Mapping):
        return any(key in _READS_NAMES or _reads_names(each) for key, each in value.items())
    if isinstance(value, list):
        return any(map(_reads_names, value))
    return isinstance(value, str) and value.startswith(_NAMED)
