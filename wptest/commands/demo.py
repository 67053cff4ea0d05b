"""`wptest demo`: what it looks like when a scenario catches a broken program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from engine.behaviour import REFERENCE, Behaviour
from wptest.console import exits
from wptest.console.installation import shipped_scenarios
from wptest.kept.circumstances import Circumstances
from wptest.report.result_text import headline, result_text
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_file

_SCENARIO = "checkpoint-resume.wptest.yaml"
_VARIANT = "stop=USR1,sent=101"
_BROKEN = replace(REFERENCE, resume="from_start")


@click.command("demo", epilog=exits.HELP)
def command() -> int:
    """Run a shipped scenario twice: on a recovery that works, and on one that ignores its checkpoint.

    The second run fails, as it should. Exits with 0 when both do what they should.
    """
    path = shipped_scenarios() / _SCENARIO
    variant = next(each for loaded in load_file(path) for each in loaded.variants if each.id == _VARIANT)
    click.echo("\n".join(["The scenario:", "", *_quoted(path), ""]))
    works = _run(variant, REFERENCE, "1. On a recovery that resumes at its checkpoint:", path)
    caught = _run(variant, _BROKEN, "2. On a recovery that starts again from the first line (defect D1):", path)
    click.echo("Now write your own: see docs/language.md, and `wptest check` while you do.")
    return exits.ExitCode.PASSED if (works, caught) == ("passed", "failed") else exits.ExitCode.FAILED


def _run(variant: LoadedVariant, behaviour: Behaviour, title: str, path: Path) -> str:
    result = run_variant(variant, RunOptions(behaviour=behaviour))
    text = headline(result)
    if result.findings:
        # The broken recovery is in here only, so no command outside could show it again.
        lines = result_text(result, Circumstances(path.parent)).text.splitlines()
        text = "\n".join(line for line in lines if not line.startswith("to see it again"))
    click.echo(f"{title}\n\n{text}\n")
    return result.outcome.value


def _quoted(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8").split("\nexplore:")[0]
    return [f"    {line}".rstrip() for line in text.splitlines() if not line.startswith("#")]
