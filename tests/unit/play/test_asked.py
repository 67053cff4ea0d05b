"""What can be asked for together; commands and pytest have the same rules, each in its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.behaviour import REFERENCE
from engine.text.mistake import Mistake
from engine.units import SECOND
from wptest.play.asked import Asked, level_of, nanoseconds
from wptest.subject.programs import LONGEST

HERE = Path()
CONTRADICTIONS = [
    ({"bin_dir": "bin"}, "--bin-dir is about real programs: give --subject process as well"),
    ({"longest": SECOND}, "--longest is about real programs: give --subject process as well"),
    (
        {"subject": "process", "explore": "quick"},
        "--explore is about the engine, and can't be had with --subject process",
    ),
    ({"subject": "process", "disk": "real"}, "--disk is about the engine, and can't be had with --subject process"),
    (
        {"subject": "process", "behaviour": ("v1",), "bin_dir": "bin"},
        "--behaviour is about wptest's own programs, and can't be had with --bin-dir",
    ),
    (
        {"explore": "full", "disk": "real"},
        "--explore is about simulated disks, and can't be had with --disk real",
    ),
]


@pytest.mark.parametrize(("asked", "message"), CONTRADICTIONS)
def test_what_does_not_go_together_is_said_in_the_words_of_who_asks(asked, message):
    with pytest.raises(Mistake) as caught:
        Asked(**asked).checked()
    assert str(caught.value) == message
    with pytest.raises(Mistake) as caught:
        Asked(**asked, written="--wptest-{}".format).checked()
    assert str(caught.value) == message.replace("--", "--wptest-")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"behaviour": ("resum=x",)}, "unknown choice 'resum': did you mean 'resume'?"),
        ({"subject": "process", "bin_dir": "nowhere"}, "nowhere has no wprescue that can be executed"),
    ],
)
def test_what_there_is_not_is_said(asked, message):
    with pytest.raises(Mistake, match=message.replace("?", r"\?")):
        Asked(**asked).checked()


def test_nothing_asked_for_is_the_reference_on_the_engine():
    circumstances = Asked().circumstances(HERE)
    assert (circumstances.behaves, circumstances.programs, circumstances.disk) == (REFERENCE, None, "memory")


def test_real_programs_have_as_long_as_is_said_or_a_minute():
    for said, longest in ((None, LONGEST), (SECOND, SECOND)):
        _, programs = Asked(subject="process", longest=said).checked()
        assert programs is not None
        assert programs.longest == longest


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (nanoseconds, "soon", "--timeout: 'soon' is not a duration"),
        (level_of, "some", "--timeout = some: expected one of off, quick, full"),
    ],
)
def test_values_that_there_are_not_are_said_with_their_option(read, text, message):
    with pytest.raises(Mistake, match=message):
        read(text, "--timeout")
