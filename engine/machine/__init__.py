"""One simulated machine: its clocks, disk and trace, and the programs that run on it."""

from engine.machine.log import Log
from engine.machine.machine import Machine
from engine.machine.program import Program

__all__ = ["Log", "Machine", "Program"]
