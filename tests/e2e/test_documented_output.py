"""What the pages quote after a `$` is what the command says today, but for how long it took."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import ROOT, pytest_, wptest
from real_programs import exec_

from engine.text.source_text import SourceText
from wptest.run.running import run_variant
from wptest.scenario.load import load_text

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(?P<kind>[a-z ]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SLOW = ("wptest explore", "wptest shrink", "wptest exec")  # many runs; real time

# The outage that docs/wproj.md looks at.
OUTAGE = """
scenario: an-outage
project: projects/sink_recovery
given: {source: {rate: 2k/s}, phases: {benchmark_file_sink: [up 2s, down 2s]}}
when: [run: wpgen sample -n 10000, run: wparse batch, run: "WPROJ"]
"""


@dataclass(frozen=True)
class Quoted:
    """A command of a page, and what the page says that it prints."""

    page: Path
    command: str
    output: str


def quoted() -> list[object]:
    found = []
    for page in PAGES:
        for block in BLOCK.finditer(page.read_text()):
            for part in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                marks = [pytest.mark.slow] if command.startswith(SLOW) else []
                found.append(pytest.param(Quoted(page, command, output), id=f"{page.name}-{command}", marks=marks))
    return found


def programs_said(directory: Path, *command: str) -> str:
    """What `wptest exec` prints of the real case, after a second of input instead of all of it."""
    (directory / "scenarios").symlink_to(ROOT / "scenarios")
    script = "scenarios/projects/sink_recovery/case_interrupt.sh"
    assert exec_(directory, script, LINE_CNT="1200", WPTEST_RESCUE_PHASES="up 200ms, down 300ms").returncode == 0
    return exec_(directory, *command).stdout


def wproj_said(_: Path, *arguments: str) -> str:
    text = OUTAGE.replace("WPROJ", shlex.join(["wproj", *arguments]))
    ((variant,),) = (loaded.variants for loaded in load_text(SourceText(ROOT / "scenarios/an-outage.yaml", text)))
    events = run_variant(variant).events
    return "".join(f"{event.fields['line']}\n" for event in events if event.kind == "program.output")


def wptest_said(directory: Path, *arguments: str) -> str:
    """What it prints, and then all else that it tells but progress."""
    done = wptest(ROOT if "scenarios/" in "".join(arguments) else directory, *arguments)
    return done.stdout + re.sub(r"^wptest: .*\n", "", done.stderr, flags=re.MULTILINE)


SAID: dict[str, Callable[..., str]] = {
    "wptest": wptest_said,
    "pytest": lambda directory, *arguments: pytest_(directory, *arguments).stdout,
    "wproj": wproj_said,
}


def without_times(text: str) -> str:
    text = re.sub(r"\bin [\d.,]+ ?m?s\b|\([\d.,]+ s, [\d,]+ runs a second\)", "in TIME", text)
    return re.sub(r" *={5,} *", "=====", text)


def without_numbers(text: str) -> str:
    """Of real programs in real time only the words are always the same."""
    return re.sub(r"[ -]+", " ", re.sub(r"[\d,.]*\d", "N", text))


def matches(quote: str, said: str) -> bool:
    """Whether it is what was said, where a line `...` stands for any lines."""
    lines = quote.strip().splitlines()
    pattern = "".join(r"(.*\n)*?" if line == "..." else rf"{re.escape(line)}\n" for line in lines)
    return re.fullmatch(pattern, said.strip() + "\n") is not None


@pytest.mark.parametrize("quote", quoted())
def test_what_a_page_quotes_is_what_is_printed(quote: Quoted, tmp_path: Path) -> None:
    for block in BLOCK.finditer(quote.page.read_text()):
        if block["kind"] in ("yaml", "yaml failing"):
            name = re.search(r"^scenario: (.*)$", block["text"], re.MULTILINE)[1]
            (tmp_path / f"{name}.wptest.yaml").write_text(block["text"])
    program, *arguments = shlex.split(quote.command)
    if arguments[0] == "exec":
        said, same = programs_said(tmp_path, *arguments[2:]), without_numbers
    else:
        said, same = SAID[program](tmp_path, *arguments), without_times

    assert matches(same(quote.output), same(said)), said


@pytest.mark.parametrize("name", ["README", "docs/language"])
def test_both_languages_of_a_page_have_the_same_blocks(name: str) -> None:
    english, chinese = (BLOCK.findall((ROOT / f"{name}{suffix}").read_text()) for suffix in (".md", ".zh.md"))

    assert english == chinese
