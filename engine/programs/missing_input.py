"""Inputs that aren't there, where real versions look for them before anything else."""

from __future__ import annotations

from engine.machine import Program
from engine.project.model import SourceConf


def missing_input(program: Program) -> tuple[SourceConf, OSError] | None:
    """The first input that can't be opened, and why, where all have to be; None where nothing is wrong."""
    if program.behaviour.missing_input != "refused":
        return None
    for source in program.project.sources:
        try:
            disk = program.machine.disk
            disk.close(disk.open(source.path, create=False))
        except IsADirectoryError:  # it can be opened, and not be read
            continue
        except OSError as error:
            return source, error
    return None
