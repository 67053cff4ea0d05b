"""What no disk can have is a mistake, where it is written: two things in one place, names of any length."""

from __future__ import annotations

import pytest

HEAD = "scenario: s\n"
STEPS = "when: [{run: wprescue work}]\n"
LONG = "x" * 256


def given(files, source=""):
    return f"{HEAD}project: {{sinks: {{a: {{}}}}}}\ngiven: {{{source}files: {{{files}}}}}\n{STEPS}"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (given("data/x: {text: ''}, data/x/y: {text: ''}"),
         "data/x/y can't be there: data/x can't be a file and have files below it", 3),
        (given("data: {text: ''}, data/x/y: {text: ''}"),
         "data/x/y can't be there: data can't be a file and have files below it", 3),
        (given("data/in_dat: {text: ''}", "source: {lines: 5}, "),
         "data/in_dat can't be a file: the input, data/in_dat/gen.dat, is below it", 3),
        (given("data/in_dat/gen.dat/x: {text: ''}", "source: {lines: 5}, "),
         ("data/in_dat/gen.dat/x can't be there: "
         "the input, data/in_dat/gen.dat, can't be a file and have files below it"), 3),
        (given("data/x: {text: ''}, ./data//x: {text: ''}"), "'data/x' and './data//x' are the same path", 3),
        (given(f"data/{LONG}: {{text: ''}}"), "a part of the path is longer than 255 bytes", 3),
        (f"{HEAD}project: {{sinks: {{{LONG}: {{}}}}}}\n{STEPS}",
         "the name is longer than 200 bytes: rescue files could not be named after it", 2),
        (f"{HEAD}project: {{groups: {{{LONG}: {{rule: '*', sinks: {{a: {{}}}}}}}}}}\n{STEPS}",
         "the name is longer than 200 bytes: rescue files could not be named after it", 2),
        (f"{HEAD}project: {{sinks: {{a: {{file: {LONG}}}}}}}\n{STEPS}",
         "a part of the path is longer than 255 bytes", 2),
        (f"{HEAD}project: {{rescue_root: {'/'.join(['d' * 199] * 20)}, sinks: {{a: {{}}}}}}\n{STEPS}",
         "of a rescue file of the sink 'a', the path is longer than 4,000 bytes", 2),
        (f"{HEAD}project: {{sinks: {{a: {{}}}}}}\nwhen: [{{remove: data/{LONG}}}]\n",
         "a part of the path is longer than 255 bytes", 3),
    ],
)  # fmt: skip
def test_what_can_not_be_there_is_a_mistake(mistakes, text, message, line):
    (told,) = mistakes(text)

    assert (told.message, told.line) == (message, line)


@pytest.mark.parametrize("path", ["./data/in_dat/gen.dat", "data//in_dat/gen.dat", "data/in_dat/./gen.dat"])
def test_a_path_is_the_same_however_it_is_written(load, path):
    from wptest.run.running import run_variant

    file = f'{path}: {{text: "one\\n"}}'
    setting = f"{{source: {{patterns: {{/sample: '*'}}}}, files: {{{file}}}}}"
    text = f"{HEAD}project: {{sinks: {{a: {{}}}}}}\ngiven: {setting}\nwhen: [{{run: wparse batch}}]\n"
    text += "then: {sinks: {a: {lines: 1}}}\n"
    ((variant,),) = (loaded.variants for loaded in load(text))

    assert run_variant(variant).findings == ()
