"""Every `wptest` command line of the pages is one that there is, and the synopsis has every option."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from wptest.cli import wptest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "scenarios").rglob("*.md")]
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SYNOPSIS = BLOCK.search((ROOT / "docs/cli.md").read_text())[1]


def command_lines() -> list[object]:
    """Those in blocks, and those in the text between back-ticks; one with brackets is a synopsis."""
    found = []
    for page in sorted(PAGES):
        text = page.read_text()
        lines = re.findall(r"^(?:\$ )?(wptest -?[a-z].*)$", "".join(BLOCK.findall(text)), re.MULTILINE)
        lines += re.findall(r"`(wptest [^`\n]+)`", BLOCK.sub("", text))
        found += [pytest.param(line, id=f"{page.name}-{line}") for line in dict.fromkeys(lines) if "[" not in line]
    return found


def parse(command: click.Command, arguments: list[str]) -> None:
    """Raises click's error for an option that there isn't. A text may end with an option's name alone."""
    try:
        command.make_parser(click.Context(command)).parse_args(list(arguments))
    except click.BadOptionUsage as error:
        if error.option_name != arguments[-1]:
            raise


@pytest.mark.parametrize("line", command_lines())
def test_a_command_line_of_a_page_is_one_that_there_is(line: str) -> None:
    _, name, *arguments = shlex.split(line, comments=True)
    if name.startswith("-"):
        parse(wptest, [name, *arguments])
    else:
        assert name in wptest.list_commands(click.Context(wptest))
        parse(wptest.get_command(click.Context(wptest), name), arguments)


def test_the_synopsis_has_every_command_with_every_option_and_no_other() -> None:
    said: dict[str, set[str]] = {}
    for name, rest in re.findall(r"^wptest ([a-z]+)(.*(?:\n .*)*)", SYNOPSIS, re.MULTILINE):
        said.setdefault(name, set()).update(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", rest))
    context = click.Context(wptest)
    assert set(said) == set(wptest.list_commands(context))
    for name, spellings in said.items():
        options = [each for each in wptest.get_command(context, name).params if isinstance(each, click.Option)]
        known = [{*option.opts, *option.secondary_opts} for option in options]
        assert spellings <= set().union(*known), name
        assert [each for each in known if not spellings & each] == [], name
