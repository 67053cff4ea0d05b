"""`wparse`: reads input, routes it to sink groups, rescues what a sink can't take."""

from __future__ import annotations

from collections.abc import Sequence

from engine.machine import Program
from engine.pipeline.group import SinkGroup
from engine.pipeline.monitor import DEFAULT_WINDOW, Monitor
from engine.pipeline.router import Router
from engine.pipeline.source import FileSource
from engine.programs.command import Command


async def wparse(program: Program, command: Command) -> int:
    """Run `wparse daemon` (until a signal) or `wparse batch` (until the end of the input); the exit code.

    A graceful stop drains every channel and releases every rescue file before it exits with 0.
    """
    monitor = Monitor(program, int(command.options.get("stat", DEFAULT_WINDOW)))
    groups = {conf.name: SinkGroup(program, conf, monitor) for conf in program.project.groups}
    tasks = [program.process.spawn(group.run()) for group in groups.values()]
    program.process.spawn(monitor.run())
    router = Router(program.project)
    shares: dict[str, Sequence[bytes]] = {}
    program.holdings.append(lambda: [item for name, lines in shares.items() for item in groups[name].owed(lines)])

    async def deliver(lines: Sequence[bytes]) -> None:
        shares.update(router.split(lines))
        for name in list(shares):
            await groups[name].send(shares[name])
            del shares[name]

    source = FileSource(
        program,
        deliver,
        lambda: all(group.quiet for group in groups.values()),
        monitor,
        int(command.options.get("count", 0)),
    )
    await source.run(follow=command.mode == "daemon")
    program.log.info("ctrl", "enter draining state")
    for group in groups.values():
        group.close()
    for task in tasks:
        await program.machine.scheduler.join(task)
    monitor.report("sum stat:")
    return program.exit_code
