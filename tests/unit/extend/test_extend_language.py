"""Extensions as keys of the language: where they may stand, and every mistake in them."""

from __future__ import annotations

import pytest

from wptest.scenario.load import load_file
from wptest.shapes.extension import Call
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario

CODE = """\
from __future__ import annotations

from typing import Literal

import wptest


@wptest.fault
def bit_rot(
    hand: wptest.Hand, path: wptest.Path, *, bytes: int = 1, pause: wptest.Duration = "1s",
    how: Literal["ones", "zeros"] = "ones",
) -> None: ...


@wptest.fault
def outage(hand: wptest.Hand, program: wptest.ProcessName) -> None: ...


@wptest.check
def sorted_lines(run: wptest.Run, sink: wptest.SinkName) -> None: ...


@wptest.check
def same_lines(run: wptest.Run, sinks: list[wptest.SinkName]) -> None: ...


@wptest.sink
class Shouting:
    def __init__(self, path: str, *, prefix: str = "> ") -> None:
        self.made = (path, prefix)

    def write(self, lines: list[bytes]) -> None: ...

    @staticmethod
    def original(stored: bytes) -> bytes:
        return stored.removeprefix(b"> ")


@wptest.sink
class Whispering:
    def __init__(self, path: str) -> None: ...
    def write(self, lines: list[bytes]) -> None: ...
"""
HEAD = "scenario: s\nproject: {sinks: {a: {}, b: {}}}\nwhen:\n  - run: wparse batch\n"


@pytest.fixture
def load(tmp_path):
    def load_text(text, code=CODE):
        (tmp_path / "conftest.py").write_text(code, encoding="utf-8")
        path = tmp_path / "s.wptest.yaml"
        path.write_text(text, encoding="utf-8")
        ((variant, *_),) = (loaded.variants for loaded in load_file(path))
        return variant

    return load_text


@pytest.fixture
def told(load):
    """Every mistake: its message, the text under the carets, and what may help."""

    def mistakes(text, code=CODE):
        with pytest.raises(InvalidScenario) as caught:
            load(text, code)
        return [
            (each.message, each.source_line[each.column - 1 :][: each.length], each.help or each.expected)
            for each in caught.value.diagnostics
        ]

    return mistakes


def test_a_call_has_the_values_by_the_names_of_the_parameters(load):
    variant = load(HEAD + "  - fault: {bit_rot: {path: data/a, pause: 2s}}\n  - check: {sorted_lines: {sink: a}}\n")

    fault, (check,) = variant.scenario.when[1].verb.written, variant.scenario.when[2].verb.check.calls
    assert isinstance(fault, Call)
    assert fault.values == {"path": "data/a", "bytes": 1, "pause": 2_000_000_000, "how": "ones"}
    assert (check.key, check.values) == ("sorted_lines", {"sink": "a"})


def test_checks_stand_beside_other_keys_and_in_their_order(load):
    then = load(HEAD + "then:\n  same_lines: {sinks: [a, b]}\n  rescue: {dat: 0}\n  sorted_lines: {sink: a}\n")

    assert [call.key for call in then.scenario.then.calls] == ["same_lines", "sorted_lines"]
    assert [word.place for word in then.scenario.then.words] == ["rescue", "same_lines", "sorted_lines"]


def test_expressions_defaults_and_shared_steps_reach_into_calls(load):
    text = (
        "defaults:\n  then: {sorted_lines: {sink: '${{ matrix.sink }}'}}\n"
        "  steps: {rot: {with: {much: number}, do: [{fault: {bit_rot: {path: p, bytes: '${{ with.much }}'}}}]}}\n"
        "---\nscenario: s\nmatrix: {sink: [b], n: [2]}\nproject: {sinks: {a: {}, b: {}}}\n"
        "when:\n  - run: wparse batch\n  - use: {rot: {much: '${{ matrix.n * 2 }}'}}\n"
    )
    scenario = load(text).scenario

    assert scenario.when[1].verb.written.values["bytes"] == 4
    assert scenario.then.calls[0].values == {"sink": "b"}


def test_a_sink_is_made_of_its_target_and_its_parameters(load):
    text = HEAD.replace("a: {}", "a: {shouting: {prefix: '! '}, file: x/a.dat, expect: {ratio: 1}}")
    sink = next(sink for sink in load(text).project.sinks if sink.name == "a")

    assert (sink.type, sink.path, sink.expect.ratio) == ("python", "data/out_dat/x/a.dat", 1)
    assert sink.foreign.make(sink.path).made == ("data/out_dat/x/a.dat", "! ")
    assert sink.foreign.original(b"> x") == b"x"


def test_a_sink_without_an_original_has_none(load):
    sinks = load(HEAD.replace("a: {}", "a: {whispering: {}}")).project.sinks

    assert sinks[0].foreign.original is None
    assert sinks[1].foreign is None


STEP = HEAD + "  - fault: "


@pytest.mark.parametrize(
    ("text", "message", "under", "help_"),
    [
        (STEP + "{bit_rto: {path: x}}", "unknown key 'bit_rto'", "bit_rto", "did you mean 'bit_rot'?"),
        (STEP + "{bit_rot: {pth: x}}", "unknown key 'pth'", "pth", "did you mean 'path'?"),
        (
            STEP + "{bit_rot: {}}",
            "the key 'path' is missing",
            "bit_rot",
            "write bit_rot: {path: data/out_dat/a.dat}",
        ),
        (
            STEP + "{bit_rot: {path: x, how: twos}}",
            "unknown word 'twos'",
            "twos",
            "one of: ones, zeros",
        ),
        (
            STEP + "{bit_rot: {path: x, pause: 5}}",
            "the number 5 has no unit",
            "5",
            "write 5s for seconds, 5ms for milliseconds",
        ),
        (STEP + "{bit_rot: {path: x, bytes: two}}", "the text 'two' can't stand here", "two", "a whole number"),
        (
            STEP + "{bit_rot: {path: ../x}}",
            "'../x' leaves the directory it belongs to",
            "../x",
            "a relative path without '..'",
        ),
        (
            STEP + "{bit_rot: x}",
            "'bit_rot' takes a mapping of its parameters",
            "bit_rot",
            "bit_rot: {path: data/out_dat/a.dat}",
        ),
        (
            STEP + "{bit_rot: }",
            "'bit_rot' takes a mapping of its parameters",
            "bit_rot",
            "bit_rot: {path: data/out_dat/a.dat}",
        ),
        (
            STEP + "{bit_rot: {path: x}, for: 2s}",
            "beside 'bit_rot' a fault has nothing else, this one has 'for'",
            "for",
            "remove it, or 'bit_rot'",
        ),
        (
            STEP + "{bit_rot: {path: x}, outage: {program: wparse}}",
            "a fault has at most one extension, this one has two: bit_rot, outage",
            "outage",
            "keep one of them",
        ),
        (
            STEP + "{outage: {program: wprescue}}",
            "no step of 'when' starts or runs wprescue",
            "wprescue",
            "add a step like 'start: wprescue daemon'",
        ),
        (
            STEP + "{outage: {program: wparze}}",
            "unknown process 'wparze'",
            "wparze",
            "did you mean 'wparse'?",
        ),
        (
            HEAD + "then: {sorted_lins: {sink: a}}",
            "unknown key 'sorted_lins'",
            "sorted_lins",
            "did you mean 'sorted_lines'?",
        ),
        (HEAD + "then: {sorted_lines: {sink: c}}", "unknown sink 'c'", "c", None),
        (HEAD + "then: {same_lines: {sinks: [a, bb]}}", "unknown sink 'bb'", "bb", "did you mean 'b'?"),
        (
            HEAD.replace("a: {}", "a: {shoutin: {}}"),
            "unknown key 'shoutin'",
            "shoutin",
            "did you mean 'shouting'?",
        ),
        (
            HEAD.replace("a: {}", "a: {shouting: {}, type: file}"),
            "beside 'shouting' a sink has no type, this one has 'type'",
            "type",
            "remove it, or 'shouting'",
        ),
        (
            HEAD.replace("a: {}", "a: {shouting: {}, whispering: {}}"),
            "a sink has at most one extension, this one has two: shouting, whispering",
            "whispering",
            "keep one of them",
        ),
        (
            HEAD.replace("a: {}", "a: {shouting: {}, phases: [up 1s]}"),
            "the sink 'a' is of type shouting, and has no phases",
            "phases",
            "only test_rescue sinks have them",
        ),
        (HEAD.replace("a: {}", "a: {type: python}"), "unknown word 'python'", "python", None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_at_its_place_with_what_may_help(told, text, message, under, help_):
    ((said, where, helps),) = told(text + "\n")

    assert (said, where) == (message, under)
    assert help_ is None or helps == help_


def test_a_process_that_a_step_names_must_have_been_started(told):
    text = HEAD + "  - fault: {outage: {program: wprescue}}\n  - run: wprescue work\n"

    assert [message for message, _, _ in told(text)] == ["wprescue has not been started before this fault"]


def test_all_mistakes_of_a_file_are_told_at_once(told):
    text = (
        "scenario: s\nproject: {sinks: {a: {shouting: {prefix: 5}}}}\nwhen:\n  - run: wparse batch\n"
        "  - fault: {bit_rot: {bytes: x}}\nthen: {sorted_lines: {}, exit: 5}\nlimit: 5\n"
    )

    assert [under for _, under, _ in told(text)] == ["5", "bit_rot", "x", "sorted_lines", "5", "5"]


@pytest.mark.parametrize(
    "broken", ["import wptest\nraise ValueError\n", CODE.replace("path: wptest.Path,", "path,")]
)
def test_what_code_that_is_wrong_may_have_had_is_not_told_as_unknown(told, broken):
    text = (
        HEAD.replace("a: {}", "a: {humming: {}}")
        + "  - fault: {bit_rot: {path: 5}}\n  - check: {tidy: {}}\nthen: {ledgr: {}, exit: {wparse: x}}\n"
    )

    assert [message for message, _, _ in told(text, broken)][1:] == ["'x' is not a whole number"]


def test_without_extensions_nothing_is_another_mistake_than_before(told):
    text = HEAD + "  - fault: {bit_rot: {path: x}}\n"

    messages = [message for message, _, _ in told(text, "# nothing of ours\n")]
    assert messages == ["the key 'fail' is missing", "the key 'on' is missing", "unknown key 'bit_rot'"]
    assert not any("bit_rot" in (help_ or "") for _, _, help_ in told(text, "# nothing of ours\n"))


def test_codes(load):
    with pytest.raises(InvalidScenario) as caught:
        load(HEAD + "then: {sorted_lines: {sink: c}}\n")

    assert [told.code for told in caught.value.diagnostics] == [Code.UNKNOWN_SINK]
