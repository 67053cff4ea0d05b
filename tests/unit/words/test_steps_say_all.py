"""Verbs, triggers and kinds of fault: one that leaves anything unsaid can't be imported, and each has one file."""

from __future__ import annotations

import pytest

from wptest.words.fault_kind import FaultKind
from wptest.words.faults.slow_operation import Slow
from wptest.words.registry import unsaid, words_in
from wptest.words.step import TRIGGERS, VERBS, CleanupStep, MeanwhileStep, WhenStep
from wptest.words.storage_fault import FAULT_KINDS
from wptest.words.trigger import Trigger, UponTrigger
from wptest.words.triggers.at_time import At
from wptest.words.triggers.sink_lines import UponLines
from wptest.words.verb import ByHand, Verb
from wptest.words.verbs.kill_program import Kill
from wptest.words.verbs.touch_file import TouchFile

WORD = {"key", "order", "docs", "examples", "value"}
VERB = {*WORD, "stands", "snippets", "nature", "lives", "obstacles", "hits"}
TRIGGER = {*WORD, "come", "told", "lateness", "obstacles"}
ASKED = [
    (Verb, Kill, VERB | {"do", "takes"}),
    (ByHand, TouchFile, VERB | {"destroys_lines", "change"}),
    (Trigger, At, TRIGGER | {"stands", "below", "plan"}),
    (UponTrigger, UponLines, TRIGGER | {"besides", "together", "read"}),
    (FaultKind, Slow, WORD | {"alone", "beside", "part", "damage", "trouble"}),
]
EACH = [(kind, word, left_out) for kind, word, asked in ASKED for left_out in sorted(asked)]


def made(kind, word, but=""):
    """A class of that kind that says all that the word says, but for one thing."""
    said = {name: value for name, value in vars(word).items() if name in unsaid(kind) and name != but}
    return type(kind)("Half", (kind,), said)


@pytest.mark.parametrize(("kind", "word", "asked"), ASKED, ids=lambda each: getattr(each, "__name__", ""))
def test_a_kind_of_word_asks_for_all_that_hurts_when_it_is_forgotten(kind, word, asked):
    assert set(unsaid(kind)) == asked
    assert unsaid(made(kind, word)) == []


@pytest.mark.parametrize(
    ("kind", "word", "left_out"), EACH, ids=[f"{kind.__name__} {name}" for kind, _, name in EACH]
)
def test_what_is_left_out_is_missed(kind, word, left_out):
    assert unsaid(made(kind, word, but=left_out)) == [left_out]


@pytest.mark.parametrize("kind", [kind for kind, *_ in ASKED], ids=lambda kind: kind.__name__)
def test_a_word_with_a_gap_is_no_word_at_import(kind, tmp_path, monkeypatch):
    package = tmp_path / f"gap_{kind.__name__.lower()}"
    package.mkdir()
    (package / "__init__.py").touch()
    text = f"from {kind.__module__} import {kind.__name__}\n\n\nclass Half({kind.__name__}):\n    key = 'half'\n"
    (package / "half.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(TypeError, match=r"the word Half in .*half.py leaves unsaid: .*docs, "):
        words_in(package.name, kind)


def test_an_abstract_method_that_is_left_out_is_an_error_of_the_class_itself():
    with pytest.raises(TypeError, match="abstract"):
        made(Verb, Kill, but="takes")("wparse")


@pytest.mark.parametrize("words", [VERBS, TRIGGERS, FAULT_KINDS], ids=["verbs", "triggers", "faults"])
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
