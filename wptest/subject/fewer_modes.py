"""What a scenario's command is called where programs have fewer modes."""

from __future__ import annotations

from dataclasses import replace

from engine.behaviour import Behaviour
from engine.programs.command import Command, parse_command
from wptest.subject.dialect import WP_MOTOR


def in_its_modes(behaviour: Behaviour, command: Command) -> Command:
    """The command as programs of this behaviour have it.

    `wprescue work` is `wprescue batch` where there is nothing else: both recover what there is, and end. Nothing
    stands for `wprescue daemon`. A `wproj` that speaks as WarpParse's has one name for each of its modes.
    """
    if command.program == "wproj" and behaviour.dialect == "warp_parse":
        return replace(parse_command(" ".join(WP_MOTOR.words(command.text))), called=command.called)
    if behaviour.recovery_modes == "batch_only" and (command.program, command.mode) == ("wprescue", "work"):
        return replace(command, mode="batch", text=command.text.replace("work", "batch", 1))
    return command
