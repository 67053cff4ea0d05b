"""What a scenario's command is called where programs have fewer modes."""

from __future__ import annotations

from dataclasses import replace

from engine.behaviour import Behaviour
from engine.programs.command import Command


def in_its_modes(behaviour: Behaviour, command: Command) -> Command:
    """The command as programs of this behaviour have it.

    `wprescue work` is `wprescue batch` where there is nothing else: both recover what there is, and end. Nothing
    stands for `wprescue daemon`.
    """
    if behaviour.recovery_modes != "batch_only" or (command.program, command.mode) != ("wprescue", "work"):
        return command
    return replace(command, mode="batch", text=command.text.replace("work", "batch", 1))
