"""The page of all codes, `docs/errors.md`: each with a file that has the mistake and what wptest says of it.

`python -m wptest.pages.errors_page --write` writes the page, `--check` proves that it is up to date.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.text.diagnostic import Diagnostic
from wptest.pages.code_examples import MistakeExample, introduction, mistake_examples
from wptest.pages.generated import write_or_check
from wptest.scenario.load import load_file
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario

ERRORS_PAGE = Path(__file__).parents[2] / "docs" / "errors.md"

_NAME = "night.wptest.yaml"
_ELSEWHERE = "/home/me/scenarios"  # where the examples are said to stand


def errors_text() -> str:
    """The page, as its file has it."""
    table = ["| code | meaning |", "|---|---|"]
    table += [f"| [`{code}`](#{code.lower()}) | {code.meaning} |" for code in Code]
    sections = [_section(code, mistake_examples()[code]) for code in Code]
    return "\n".join([introduction("errors.md"), *table, "", *sections]).rstrip() + "\n"


def told_mistakes(example: MistakeExample) -> str:
    """What loading the example says, without the count at the end."""
    with TemporaryDirectory(prefix="wptest-") as directory:
        # Some messages name the directory, or its path.
        root = Path(directory) / "scenarios"
        root.mkdir()
        for name, text in example.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        path = root / _NAME
        if example.text is not None:
            path.write_text(example.text, encoding=example.encoding)
        try:
            warnings = [each for one in load_file(path) for variant in one.variants for each in variant.warnings]
        except InvalidScenario as error:
            return _shown(error.diagnostics, root)
    if warnings:
        return _shown(warnings, root)
    raise AssertionError("an example without a mistake")


def _shown(diagnostics: Iterable[Diagnostic], root: Path) -> str:
    return "\n\n".join(each.render(root) for each in diagnostics).replace(str(root), _ELSEWHERE)


def _section(code: Code, example: MistakeExample) -> str:
    files = {**({_NAME: example.text} if example.text is not None else {}), **example.files}
    shown = [f"`{name}`:\n\n```text\n{text.rstrip()}\n```\n" for name, text in files.items()]
    parts = [
        f"## {code}",
        f"{code.meaning[:1].upper()}{code.meaning[1:]}. {example.cause}",
        *(part.rstrip() for part in shown),
        f"```text\n{told_mistakes(example)}\n```",
        f"To mend it: {example.mend}",
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    raise SystemExit(write_or_check("The page of codes.", ERRORS_PAGE, errors_text))
