"""One simulated machine: its clocks, disk and trace, and the programs that run on it."""

from engine.machine.machine import Machine
from engine.machine.program import Program
from engine.machine.program_log import Log

__all__ = ["Log", "Machine", "Program"]
