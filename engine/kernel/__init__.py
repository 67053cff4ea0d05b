"""Virtual time, tasks, channels, processes, random streams and the trace: the standard library only."""

from engine.kernel.channel import Channel, ChannelClosed, Flag
from engine.kernel.deadline import FROM_OUTSIDE, TookTooLong, at_most
from engine.kernel.foreign_calls import Abandoned, Foreign
from engine.kernel.process import Process, Signal
from engine.kernel.realtime import RealTime
from engine.kernel.scheduler import Deadlock, Livelock, Scheduler, Task, sleep
from engine.kernel.streams import RandomStreams
from engine.kernel.trace import Event, Trace
from engine.kernel.turns import Turns
from engine.kernel.wall_time import WallClock

__all__ = [
    "FROM_OUTSIDE",
    "Abandoned",
    "Channel",
    "ChannelClosed",
    "Deadlock",
    "Event",
    "Flag",
    "Foreign",
    "Livelock",
    "Process",
    "RandomStreams",
    "RealTime",
    "Scheduler",
    "Signal",
    "Task",
    "TookTooLong",
    "Trace",
    "Turns",
    "WallClock",
    "at_most",
    "sleep",
]
