"""The `wptest` command. What a subcommand needs is imported when it runs, so that `--help` is quick."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from wptest.console.exits import HELP, ExitCode, UnwrittenError, interrupted
from wptest.console.interrupt import give_up, listen
from wptest.console.standard_streams import Streams
from wptest.kept.installed import version

# Said here as well, so that the list of commands can be shown without importing them.
COMMANDS = {
    "run": "Run scenarios and say what doesn't hold.",
    "watch": "Run scenarios again whenever a file is saved.",
    "check": "Check scenario files without running them.",
    "explore": "Crash a scenario at every operation, and let every operation fail.",
    "replay": "Run a failure again by its id, or list those that are kept.",
    "shrink": "Make a failing scenario as small as it can be.",
    "merge": "Put reports of several runs together.",
    "timeline": "Run a scenario and print what happened.",
    "traces": "Tell which scenarios do something else than before.",
    "new": "Write a first scenario, or a set for a project's sinks.",
    "plan": "Show when the steps of a scenario come, before it runs.",
    "explain": "Show every value of a scenario and where it comes from.",
    "expand": "List the variants that a matrix makes.",
    "gaps": "Show what no scenario covers.",
    "behaviours": "List the behaviours that programs can have, and what each breaks.",
    "agree": "Show where the engine and real programs don't do the same.",
    "selftest": "Plant every known fault, and see which scenario catches it.",
    "extensions": "List your own faults, checks and sinks.",
    "exec": "Run a command that finds wparse, wprescue, wpgen and wproj on its PATH.",
    "schema": "Print the JSON Schema of the language, for editors.",
    "demo": "See a broken recovery being caught.",
}

_PLACES = {"merge": "reports.merge", "watch": "reports.watch"}  # of those that aren't beside the others


class LazyGroup(click.Group):
    """Imports `wptest.commands.NAME` when NAME is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order in which people need them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"wptest.commands.{_PLACES.get(cmd_name, cmd_name)}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; one that there isn't is told with the nearest."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from wptest.console.nearest import suggestion  # noqa: PLC0415 - as said above

            if _is_scenario(name):
                ctx.fail(f"there is no command before '{name}'; did you mean 'wptest run {' '.join(args)}'?")
            near = suggestion(name, COMMANDS) or f"there is: {', '.join(COMMANDS)}"
            ctx.fail(f"there is no command '{name}'; {near}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _is_scenario(word: str) -> bool:
    """Whether somebody wrote a path where the command should be."""
    path = word.partition("::")[0]
    return path.endswith((".yaml", ".yml")) or Path(path).exists()


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"wptest {version()}")
        ctx.exit()


@click.group(cls=LazyGroup, epilog=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
def wptest() -> None:
    """When a log pipeline's sink fails, does any line get lost, doubled or stuck?

    Scenarios are YAML files (*.wptest.yaml). They run in milliseconds on a virtual clock, and give the same result
    every time.
    """


def run_command_line(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    listen()
    streams = Streams()
    try:
        code = _run(arguments)
        if (lost := streams.lost_output()) and code == ExitCode.PASSED:
            code = ExitCode.UNWRITTEN
    except KeyboardInterrupt as interrupt:
        code, lost = interrupted(interrupt), ""
    if lost:
        click.echo(f"Error: can't write to standard output: {lost}", err=True)
    give_up()
    sys.exit(code)


def _run(arguments: list[str] | None) -> int:
    try:
        # Not click's standalone mode: its code for wrong usage is 2, which here means unverified.
        words = sys.argv[1:] if arguments is None else arguments
        # Reports say how they were asked for, so the words themselves are the object of the context.
        return int(wptest.main(list(words), prog_name="wptest", standalone_mode=False, obj=list(words)) or 0)
    except UnwrittenError as error:
        error.show()
        return ExitCode.UNWRITTEN
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except click.Abort as abort:
        code = interrupted(abort.__cause__)
        if code is not ExitCode.UNREAD:
            click.echo("interrupted", err=True)
        return code
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # Python says so of a class that was being made
            raise error.__cause__ from None
        from wptest.text.scenario_source import InvalidScenario  # noqa: PLC0415 - as said above

        if not isinstance(error, InvalidScenario):
            raise
        click.echo(error.render(Path.cwd()))
        return ExitCode.INVALID


if __name__ == "__main__":
    run_command_line()
