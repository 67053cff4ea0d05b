"""Shared steps: what they become, where their values come from, and their mistakes."""

from __future__ import annotations

import pytest

from wptest.text.codes import Code
from wptest.words.expectations.sink_results import SinkResults
from wptest.words.triggers.at_time import At
from wptest.words.verbs.send_signal import SendSignal
from wptest.words.verbs.wait_for import Wait, WaitFor

HEAD = "scenario: s\nproject: {sinks: {a: {}, b: {type: test_rescue}}}\n"
STOP = """\
steps:
  stop:
    with: {program: text, signal: text}
    do:
      - signal: {"${{ with.program }}": "${{ with.signal }}"}
      - wait: {exit: "${{ with.program }}"}
"""


def under(told):
    return told.source_line[told.column - 1 :][: told.length]


class TestUse:
    def test_a_use_is_replaced_by_its_steps(self, load):
        use = "  - use: {stop: {program: wparse, signal: INT}}\n"
        text = HEAD + STOP + f"when:\n  - start: wparse daemon\n{use}  - run: wprescue work\n"

        (loaded,) = load(text)

        steps = loaded.variants[0].scenario.when
        assert [step.verb.key for step in steps] == ["start", "signal", "wait", "run"]
        assert steps[1].verb == SendSignal({"wparse": "INT"})
        assert steps[2].verb == Wait(WaitFor(exit="wparse"))

    def test_steps_without_parameters_are_used_by_name(self, load):
        (loaded,) = load(
            HEAD + "steps: {quiet: {do: [{wait: idle}]}}\nwhen: [{start: wparse daemon}, {use: quiet}]\n"
        )

        assert loaded.variants[0].scenario.when[1].verb.written == "idle"

    def test_what_steps_are_given_may_come_from_the_matrix(self, load):
        use = "use: {stop: {program: wparse, signal: '${{ matrix.signal }}'}}"
        (loaded,) = load(
            HEAD + STOP + f"matrix: {{signal: [INT, TERM]}}\nwhen: [{{start: wparse daemon}}, {{{use}}}]\n"
        )

        found = [variant.scenario.when[1].verb.written["wparse"] for variant in loaded.variants]
        assert found == ["INT", "TERM"]

    def test_steps_may_use_other_steps_and_hand_on_what_they_are_given(self, load):
        more = (
            "  end:\n    with: {what: text}\n    do: [{use: {stop: {program: '${{ with.what }}', signal: TERM}}}]\n"
        )
        (loaded,) = load(HEAD + STOP + more + "when: [{start: wparse daemon}, {use: {end: {what: wparse}}}]\n")

        assert loaded.variants[0].scenario.when[1].verb == SendSignal({"wparse": "TERM"})

    def test_a_trigger_beside_use_is_that_of_the_first_step(self, load):
        text = (
            HEAD
            + STOP
            + "when:\n  - start: wparse daemon\n  - {at: 3s, use: {stop: {program: wparse, signal: INT}}}\n"
        )

        (loaded,) = load(text)

        steps = loaded.variants[0].scenario.when
        assert [step.trigger for step in steps] == [None, At(3_000_000_000), None]

    def test_one_use_can_be_made_twice_with_other_values(self, load):
        text = HEAD + (
            "steps: {pause: {with: {time: duration}, do: [{wait: '${{ with.time * 2 }}'}]}}\n"
            "when: [{use: {pause: {time: 1s}}}, {use: {pause: {time: 2s}}}]\n"
        )

        (loaded,) = load(text)

        assert [step.verb.written for step in loaded.variants[0].scenario.when] == [2_000_000_000, 4_000_000_000]

    def test_places_are_those_of_the_definition(self, load):
        (loaded,) = load(
            HEAD + STOP + "when:\n  - start: wparse daemon\n  - use: {stop: {program: wparse, signal: INT}}\n"
        )
        document = loaded.variants[0].document

        origin = document.origin_of(("when", 1, "signal", "wparse"))
        assert (origin.kind, origin.span.line, origin.use.name, origin.use.place.line) == ("steps", 7, "stop", 11)
        assert document.origin_of(("when", 0)).kind == "scenario"
        assert document.origin_of(("then", "sinks")).kind == "built-in"


MISTAKES = {
    "unknown": ("use: stpo", Code.UNKNOWN_STEPS, "there are no steps 'stpo'", "stpo", "did you mean 'stop'?"),
    "missing": (
        "use: {stop: {program: wparse}}",
        Code.ARGUMENT,
        "the steps 'stop' need 'signal', a text",
        "stop",
        "write use: {stop: {program: wparse, signal: TERM}}",
    ),
    "misspelt": (
        "use: {stop: {program: wparse, sginal: INT}}",
        Code.ARGUMENT,
        "the steps 'stop' have no parameter 'sginal'",
        "sginal",
        "did you mean 'signal'?",
    ),
    "wrong kind": (
        "use: {stop: {program: 5, signal: INT}}",
        Code.ARGUMENT,
        "'program' of the steps 'stop' is a text, and this is a number",
        "5",
        None,
    ),
    "two actions": (
        "{use: quiet, kill: wparse}",
        Code.CHOICE,
        "beside 'use' a step has at most a trigger, this one has 'kill'",
        "kill",
        None,
    ),
    "no name": ("use: [stop]", Code.WRONG_TYPE, "this names no steps", "[stop]", None),
    "two names": (
        "use: {quiet: {}, stop: {}}",
        Code.WRONG_TYPE,
        "this names no steps",
        "{quiet: {}, stop: {}}",
        None,
    ),
    "circle": (
        "use: again",
        Code.RECURSION,
        "the steps 'again' use themselves: again > again",
        "again",
        "take one",
    ),
    "empty": ("use: empty", Code.WRONG_VALUE, "the steps 'empty' have nothing to do", "[]", None),
    "two triggers": (
        "{at: 3s, use: later}",
        Code.CHOICE,
        "the first of the steps 'later' has a trigger already: after",
        "at",
        "remove one of the two",
    ),
    "mistake inside": (
        "use: {stop: {program: wparse, signal: INTT}}",
        Code.UNKNOWN_WORD,
        "unknown word 'INTT'",
        '"${{ with.signal }}"',
        "did you mean 'INT'? (in the steps 'stop', used on line 12)",
    ),
    "computed of another kind": (
        "use: {pause: {time: '${{ 2 * 3 }}'}}",
        Code.ARGUMENT,
        "'time' of the steps 'pause' is a duration, and this is a number",
        "${{ 2 * 3 }}",
        None,
    ),
    "unknown inside": (
        "use: wrong",
        Code.UNKNOWN_NAME,
        "these steps have no parameter 'x'",
        "x",
        "in the steps 'wrong', used on line",
    ),
}
OTHERS = {
    "circle": "  again: {do: [{use: again}]}\n",
    "empty": "  empty: {do: []}\n",
    "two triggers": "  later: {do: [{after: 1s, wait: idle}]}\n",
    "computed of another kind": "  pause: {with: {time: duration}, do: [{wait: '${{ with.time }}'}]}\n",
    "unknown inside": "  wrong: {do: [{wait: '${{ with.x }}'}]}\n",
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_use_that_does_not_fit_is_one_mistake(mistakes, name):
    step, code, message, place, help_ = MISTAKES[name]
    step = step if step.startswith("{") else f"{{{step}}}"
    quiet = "  quiet: {do: [{wait: idle}]}\n" + OTHERS.get(name, "")
    (told,) = mistakes(
        f"{HEAD}{STOP}{quiet}when:\n  - start: wparse daemon\n  - {step}\n".replace("  quiet", "  quiet")
    )

    assert (told.code, told.message) == (code, told.message)
    assert message in told.message
    assert under(told) == place
    assert help_ is None or help_ in (told.help or "")


@pytest.mark.parametrize(
    ("steps", "code", "message", "place"),
    [
        ("[]", Code.WRONG_TYPE, "'steps' is a mapping of names to steps", "[]"),
        ("{a b: {do: [{wait: idle}]}}", Code.WRONG_VALUE, "'a b' is not a name for steps", "a b"),
        ("{a: [{wait: idle}]}", Code.WRONG_TYPE, "'a' is not a mapping with 'do'", "[{wait: idle}]"),
        ("{a: {}}", Code.MISSING_KEY, "the key 'do' is missing", "a"),
        ("{a: {do: [5]}}", Code.WRONG_TYPE, "a step is a mapping", "5"),
        ("{a: {do: [{wait: idle}], wiht: {}}}", Code.UNKNOWN_KEY, "unknown key 'wiht'", "wiht"),
        ("{a: {do: [{wait: idle}], with: [x]}}", Code.WRONG_TYPE, "'with' is a mapping of parameters", "[x]"),
        ("{a: {do: [{wait: idle}], with: {x: txt}}}", Code.UNKNOWN_WORD, "unknown kind 'txt'", "txt"),
        (
            "{a: {do: [{wait: idle}], with: {x y: text}}}",
            Code.WRONG_VALUE,
            "'x y' is not a parameter's name",
            "x y",
        ),
    ],
)
def test_a_definition_that_makes_no_sense_is_one_mistake(mistakes, steps, code, message, place):
    (told,) = mistakes(f"{HEAD}steps: {steps}\nwhen: [{{start: wparse daemon}}]\n")

    assert told.code is code
    assert message in told.message
    assert under(told) == place


class TestUnusedSteps:
    def test_they_are_checked_but_for_what_they_would_be_given(self, load):
        assert load(HEAD + STOP + "when: [{start: wparse daemon}]\n")

    @pytest.mark.parametrize(
        ("step", "message"),
        [("wait: idel", "'idel' is not a duration"), ("kill: a, wait: idle", "a step has exactly one action")],
    )
    def test_their_mistakes_are_told(self, mistakes, step, message):
        steps = f"steps: {{quiet: {{do: [{{{step}}}, {{wait: '${{{{ with.x }}}}'}}]}}}}\n"

        (told,) = mistakes(HEAD + steps + "when: [{start: wparse daemon}]\n")

        assert message in told.message


@pytest.mark.slow
def test_uses_that_double_again_and_again_are_bounded(mistakes):
    levels = "".join(f"  s{n}: {{do: [{{use: s{n - 1}}}, {{use: s{n - 1}}}]}}\n" for n in range(1, 20))

    (told,) = mistakes(f"{HEAD}steps:\n  s0: {{do: [{{wait: 1ms}}]}}\n{levels}when: [{{use: s19}}]\n")

    assert told.code is Code.TOO_LARGE


class TestKeys:
    def test_a_key_can_be_an_expression(self, load):
        (loaded,) = load(
            HEAD
            + "matrix: {s: [a, b]}\nwhen: [{run: wparse batch}]\nthen: {sinks: {'${{ matrix.s }}': {lines: 5}}}\n"
            + "given: {source: {lines: 5}}\n"
        )

        assert [list(variant.scenario.then.get(SinkResults)) for variant in loaded.variants] == [["a"], ["b"]]
        span = loaded.variants[1].document.span_of(("then", "sinks", "b", "lines"))
        assert span.column == len("then: {sinks: {'${{ matrix.s }}': {lines: ") + 1

    def test_a_mistake_in_it_stands_at_the_key(self, mistakes):
        (told,) = mistakes(HEAD + "when: [{run: wparse batch}]\nthen:\n  sinks:\n    ${{ matrix.s }}: {lines: 5}\n")

        assert (told.code, under(told)) == (Code.UNKNOWN_NAME, "s")

    def test_two_keys_that_become_one_are_a_mistake(self, mistakes):
        sinks = "{a: {lines: 5}, '${{ matrix.s }}': {lines: 6}}"
        when = "given: {source: {lines: 5}}\nwhen: [{run: wparse batch}]\n"
        (told,) = mistakes(HEAD + f"matrix: {{s: [a]}}\n{when}then: {{sinks: {sinks}}}\n")

        assert told.code is Code.DUPLICATE_KEY
