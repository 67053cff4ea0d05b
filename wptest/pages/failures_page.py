"""The page of failures, `docs/failures.md`: each code with a scenario that fails so and what wptest says of it.

`python -m wptest.pages.failures_page --write` writes the page, `--check` proves that it is up to date.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.units import format_duration
from wptest.pages.code_examples import FailureExample, failure_examples, introduction
from wptest.pages.generated import write_or_check
from wptest.report.result_text import finding_lines
from wptest.run.bounds import TIMEOUT
from wptest.run.result import Result
from wptest.run.running import run_against
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.subject.programs import find_programs
from wptest.words.failures import Failure

FAILURES_PAGE = Path(__file__).parents[2] / "docs" / "failures.md"

_NAME = "night.wptest.yaml"
_CHAPTERS = {
    Failure.NO_LOSS: "What every run checks: the run has failed",
    Failure.EXIT: "What a scenario expects: the run has failed",
    Failure.STUCK: "What keeps a scenario from its end: the run has failed or is unclean",
    Failure.NEVER_TRIGGERED: "What proves nothing: the run is unverified",
}


def failures_text() -> str:
    """The page, as its file has it."""
    table = ["| code | meaning |", "|---|---|"]
    table += [f"| [`{code}`](#{code.lower()}) | {code.meaning} |" for code in Failure]
    sections = [_section(code, failure_examples()[code]) for code in Failure]
    return "\n".join([introduction("failures.md"), *table, "", *sections]).rstrip() + "\n"


def run_example(example: FailureExample, directory: Path) -> Result:
    """Run an example's scenario in a directory."""
    path = directory / _NAME
    path.write_text(example.text, encoding="utf-8")
    if example.extensions:
        (directory / "conftest.py").write_text(example.extensions, encoding="utf-8")
    (loaded,) = load_file(path)
    options = RunOptions(behaviour=example.behaviour, timeout=example.timeout)
    if example.most_steps is not None:
        options = replace(options, most_steps=example.most_steps)
    programs = find_programs() if example.is_real else None
    return run_against("memory", programs, loaded.variants[0], options)


@cache
def told_finding(code: Failure, example: FailureExample) -> str:
    """What the report says of the finding of that code; one of them takes a second to be found."""
    with TemporaryDirectory(prefix="wptest-") as directory:
        result = run_example(example, Path(directory))
        finding = next(each for each in result.findings if each.code is code)
        text = "\n".join(finding_lines(result, finding, Path(directory)))
        return text.replace(f"{directory}/", "")  # an exception's places have whole paths


def _section(code: Failure, example: FailureExample) -> str:
    broken = ", ".join(f"`{name}: {value}`" for name, value in example.behaviour.changes().items())
    against = ", against real processes" if example.is_real else ""
    against += f", with `--timeout {format_duration(example.timeout)}`" if example.timeout != TIMEOUT else ""
    parts = [
        *([f"## {_CHAPTERS[code]}"] if code in _CHAPTERS else []),
        f"### {code}",
        f"{code.meaning[:1].upper()}{code.meaning[1:]}. {example.cause}",
        f"`{_NAME}`{f', with the broken behaviour {broken}' if broken else ''}{against}:",
        f"```text\n{example.text.rstrip()}\n```",
        *([f"`conftest.py`:\n\n```python\n{example.extensions.rstrip()}\n```"] if example.extensions else []),
        f"```text\n{told_finding(code, example)}\n```",
        f"What to look at: {example.look}",
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    raise SystemExit(write_or_check("The page of failures.", FAILURES_PAGE, failures_text))
