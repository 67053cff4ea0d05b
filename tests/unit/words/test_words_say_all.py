"""Words: one that leaves anything unsaid is an error of mypy and can't be imported, and each has one file."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from wptest.words.expect import EXPECTATION_WORDS
from wptest.words.expectation import Expectation, OfPrograms
from wptest.words.expectations.checkpoint_entries import CheckpointEntries
from wptest.words.expectations.printed_lines import PrintedLines
from wptest.words.expectations.run_times import RunTimes
from wptest.words.fault_kind import FaultKind
from wptest.words.faults.slow_operation import Slow
from wptest.words.registry import unsaid, words_in
from wptest.words.said import Said
from wptest.words.setting.part import GivenPart, OfSinks
from wptest.words.setting.parts.environment_variables import EnvironmentVariables
from wptest.words.setting.parts.sink_phases import SinkPhases
from wptest.words.step import TRIGGERS, VERBS, CleanupStep, MeanwhileStep, WhenStep
from wptest.words.storage_fault import FAULT_KINDS
from wptest.words.trigger import Trigger, UponTrigger
from wptest.words.triggers.at_time import At
from wptest.words.triggers.sink_lines import UponLines
from wptest.words.verb import ByHand, Verb
from wptest.words.verbs.files.touch_file import TouchFile
from wptest.words.verbs.kill_program import Kill

WORD = {"@final", "key", "order", "docs", "examples", "value"}
VERB = {*WORD, "stands", "snippets", "nature", "lives", "obstacles", "hits"}
TRIGGER = {*WORD, "come", "told", "lateness", "obstacles"}
EXPECTATION = {*WORD, "patterns", "amounts", "obstacles", "judge"}
PART = {*WORD, "snippets", "misuses", "obstacles", "hits"}
ASKED = [
    (Verb, Kill, VERB | {"do", "takes"}),
    (ByHand, TouchFile, VERB | {"destroys_lines", "change"}),
    (Trigger, At, TRIGGER | {"stands", "below", "plan"}),
    (UponTrigger, UponLines, TRIGGER | {"besides", "together", "read"}),
    (FaultKind, Slow, WORD | {"alone", "beside", "part", "damage", "trouble"}),
    (Expectation, CheckpointEntries, EXPECTATION | {"in_check", "names"}),
    (OfPrograms, RunTimes, EXPECTATION),
    (GivenPart, EnvironmentVariables, PART | {"set_up", "names"}),
    (OfSinks, SinkPhases, PART | {"says"}),
    (Said, PrintedLines, WORD | {"amounts", "obstacles", "code", "kind", "verb", "noun", "said"}),
]
EACH = [(kind, word, asked, left_out) for kind, word, asked in ASKED for left_out in sorted(asked)]
NAMED = {"@final": "__final__", "docs": "__doc__"}


def made(kind, word, names):
    """A class of that kind that says of these things what the word says."""
    return type(kind)(
        "Half", (kind,), {NAMED.get(name, name): getattr(word, NAMED.get(name, name)) for name in names}
    )


@pytest.mark.parametrize(("kind", "word", "asked"), ASKED, ids=lambda each: getattr(each, "__name__", ""))
def test_a_kind_of_word_asks_for_all_that_hurts_when_it_is_forgotten(kind, word, asked):
    assert set(unsaid(made(kind, word, ()))) == asked
    assert unsaid(made(kind, word, asked)) == []


@pytest.mark.parametrize(
    ("kind", "word", "asked", "left_out"), EACH, ids=[f"{kind.__name__} {name}" for kind, _, _, name in EACH]
)
def test_what_is_left_out_is_missed(kind, word, asked, left_out):
    assert unsaid(made(kind, word, asked - {left_out})) == [left_out]


@pytest.mark.slow
def test_what_is_left_out_is_an_error_of_mypy(tmp_path):
    wanted = {}
    for kind, word, asked in ASKED:
        for number, name in enumerate(sorted(asked - {"@final", "docs"})):  # the import and ruff miss these two
            file = tmp_path / f"{kind.__name__.lower()}_{number}.py"
            file.write_text(without(word, name))
            wanted[file.name] = f'Final class {file.stem}.{word.__name__} has abstract attributes "{name}"'

    told, _, _ = pytest.importorskip("mypy.api").run([str(tmp_path)])

    assert {name: text for name, text in wanted.items() if f"error: {text}" not in told} == {}


def without(word, name):
    """The module of a word that doesn't say one thing of itself."""
    tree = ast.parse(Path(sys.modules[word.__module__].__file__).read_text(encoding="utf-8"))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == word.__name__).body
    for node in list(body):
        if isinstance(node, ast.Assign):
            node.targets = [each for each in node.targets if each.id != name]
        if getattr(node, "name", "") == name or getattr(node, "targets", ...) == []:
            body.remove(node)
    return ast.unparse(tree)


@pytest.mark.parametrize("kind", [kind for kind, *_ in ASKED], ids=lambda kind: kind.__name__)
def test_a_word_with_a_gap_is_no_word_at_import(kind, tmp_path, monkeypatch):
    package = tmp_path / f"gap_{kind.__name__.lower()}"
    package.mkdir()
    (package / "__init__.py").touch()
    text = f"from {kind.__module__} import {kind.__name__}\n\n\nclass Half({kind.__name__}):\n    key = 'half'\n"
    (package / "half.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(TypeError, match=r"the word Half in .*half.py leaves unsaid: @final, .*docs, "):
        words_in(package.name, kind)


@pytest.mark.parametrize(
    "words", [VERBS, TRIGGERS, FAULT_KINDS, EXPECTATION_WORDS], ids=lambda words: next(iter(words))
)
def test_every_word_is_found_by_its_file_alone(words):
    assert {key: word.key for key, word in words.items()} == {key: key for key in words}
    assert len({word.__module__ for word in words.values()}) == len(words)


@pytest.mark.parametrize(
    ("chapter", "model"), [("when", WhenStep), ("meanwhile", MeanwhileStep), ("cleanup", CleanupStep)]
)
def test_the_steps_of_a_chapter_have_the_words_that_may_stand_there(chapter, model):
    words = {**VERBS, **{key: word for key, word in TRIGGERS.items() if not word.below}}
    there = {key for key, word in words.items() if word.stands.instead(chapter) is None}

    assert there == set(model.key_names()) & words.keys()
    assert set(model.instead) >= words.keys() - there
