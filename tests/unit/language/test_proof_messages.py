"""Patterns of messages that no program logs; the list of messages is what the programs' source has."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from wptest.scenario.proof.messages import logged_messages
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code

ENGINE = Path(__file__).parents[3] / "engine"
FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
HEAD = f"scenario: s\nproject: {{sinks: {{a: {{}}}}}}\ngiven: {{files: {{'{FILE}': {{lines: 5}}}}}}\n"
WORK = "when: [{run: wprescue work}]\n"


def never(pattern, head=HEAD):
    return f'{head}{WORK}then: {{log: {{wprescue: {{never: ["{pattern}"]}}}}}}\n'


class TestNever:
    @pytest.mark.parametrize(
        ("pattern", "help_"),
        [
            ("sink error", "did you mean 'sink error: *'?"),
            ("recover fil: *", "did you mean 'recover file: ./data/rescue/*.dat'?"),
            ("recover file:*.log", "did you mean 'recover file: ./data/rescue/*.dat'?"),
            ("no sink agent for ghost", "did you mean 'no sink agent for *, skipped: ./data/rescue/*'?"),
            (" recover begin", "did you mean 'recover begin'?"),
            ("*[ERROR]*", "a pattern is for the whole message"),
            ("*[recover] recover begin", "a pattern is for the whole message"),
            ("2025-10-04*recover begin", "did you mean 'recover begin'?"),
        ],
    )
    def test_one_that_no_message_matches_is_warned_of(self, warnings, pattern, help_):
        (told,) = warnings(never(pattern))

        assert (told.code, told.severity) == (Code.NEVER_SAID, "warning")
        assert told.message == f"no message that wprescue logs at level info matches '{pattern}'"
        assert told.help.startswith(help_)

    @pytest.mark.parametrize(
        "pattern",
        [
            *("recover file: *", "*a-2025*", "*panic*", "sink error*", "recover end", "./data/rescue/a* is left*"),
            *(
                "checkpoint*going on without",
                "wprescue: No space left on device (data/x)",
                "sum stat: ?*",
                "?ecover*",
            ),
        ],
    )
    def test_one_that_may_come_is_right(self, warnings, pattern):
        assert warnings(never(pattern)) == []

    def test_a_message_below_the_level_is_never_logged(self, warnings):
        text = never("sink error and ignore: *")

        (told,) = warnings(text)
        assert told.message.startswith("no message that wprescue logs at level info matches")
        assert warnings(text.replace("{sinks:", "{log_level: debug, sinks:")) == []

    def test_the_rescue_root_is_the_project_s(self, warnings):
        head = HEAD.replace("data/rescue", "saved").replace("{sinks:", "{rescue_root: saved, sinks:")

        assert warnings(never("recover file: ./saved/*", head)) == []
        assert len(warnings(never("recover file: ./data/*", head))) == 1


def test_expected_ones_triggers_and_counts_are_looked_at_as_well(warnings):
    log = "{wprescue: {in_order: ['recover begn'], exactly: {'recover ende': 0}}}"
    upon = "{upon: {log: {wprescue: 'recover file'}}, kill: wprescue}"
    check = "{check: {log: {wprescue: [recover nothing]}}}"

    told = warnings(f"{HEAD}when: [{{start: wprescue work}}, {upon}, {check}]\nthen: {{log: {log}}}\n")

    places = [each.source_line[each.column - 1 :][: each.length] for each in told]
    assert places == ["'recover file'", "recover nothing", "'recover begn'", "0"]


def logged():
    """Each message in the engine's source, with its level where the call has it, and `*` for what differs."""
    for path in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _of_call(node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _of_names(node)


def _of_names(function):
    """The messages of a function that it gives a name first."""
    if re.search(r"log\.(error|warn)\(|_skip\(", ast.unparse(function)):
        named = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
        named = [node.value for node in named if ast.unparse(node.targets[0]) in ("message", "what")]
        yield from ((text, None) for value in named for text in _texts(value))


def _of_call(call):
    named = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    whole = ast.unparse(call.func)
    if re.search(r"\blog\b", whole) and len(call.args) == 2:
        level = named if named in logged_messages() else None
        yield from ((text, level) for text in _texts(call.args[1]))
    elif named in ("_trouble", "_skip", "_tell", "RescueFailed"):
        yield from ((text, None) for argument in call.args for text in _texts(argument))


def _texts(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "*" for part in node.values]
        yield re.sub(r"\*+", "*", "".join(parts))
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))


def test_the_list_has_every_message_and_no_other():
    listed = [(re.sub(r"{\w+}", "x", text), level) for level, texts in logged_messages().items() for text in texts]
    found = list(dict.fromkeys(logged()))
    assert len(found) > 40

    def is_of(known, each):
        return Glob(each[0]).matches(known[0]) and each[1] in (known[1], None)

    unlisted = [each for each in found if not any(is_of(known, each) for known in listed)]
    gone = [known for known in listed if not any(is_of(known, each) for each in found)]
    assert (unlisted, gone) == ([], [])
