"""`then` judged before a program has done anything; and warnings in the words of one variant."""

from __future__ import annotations

import pytest

from wptest.text.codes import Code

HEAD = (
    "scenario: s\nproject: {sinks: {a: {type: test_rescue}}}\ngiven: {source: {lines: 500, rate: 100/s}}\nwhen:\n"
)


class TestNothingWaitedFor:
    @pytest.mark.parametrize(
        ("steps", "program", "wait"),
        [
            ("  - start: wparse daemon\n", "wparse", "'wait: idle'"),
            ("  - wait: 1s\n  - start: wparse batch\n", "wparse", "'wait: {exit: wparse}'"),
            ("  - at: 3s\n    start: wparse daemon\n  - heal: true\n", "wparse", "'wait: idle'"),
            ("  - start: wparse daemon\n  - signal: {wparse: TERM}\n  - touch: x\n", "wparse", "'wait: idle'"),
        ],
    )
    def test_a_start_without_time_behind_it_is_warned_of(self, warnings, steps, program, wait):
        (told,) = warnings(HEAD + steps)

        assert told.message == f"'then' is judged right after this start: {program} has done nothing by then"
        assert told.help == f"add a step {wait} after it"
        assert told.source_line[told.column - 1 :].startswith(program)

    def test_each_of_several_is(self, warnings):
        assert [
            told.line for told in warnings(HEAD + "  - start: wparse daemon\n  - start: wprescue daemon\n")
        ] == [5, 6]

    @pytest.mark.parametrize(
        "steps",
        [
            "  - start: wparse daemon\n  - wait: 1ms\n",
            "  - start: wparse daemon\n  - wait: idle\n  - touch: x\n",
            "  - start: wparse daemon\n  - after: 2s\n    touch: x\n",
            "  - start: wparse daemon\n  - upon: {sink: a, lines: 5}\n    kill: wparse\n",
            "  - start: wparse daemon\n  - run: wprescue work\n",
            "  - start: wparse daemon\n  - kill: wparse\n",
            "  - start: wparse daemon\n  - signal: {wparse: KILL}\n",
            "  - start: wparse daemon\n  - power_loss: true\n",
            "  - run: wparse batch\n",
        ],
    )
    def test_where_time_passes_or_it_ends_there_is_nothing_to_say(self, warnings, steps):
        assert Code.NOT_WAITED not in [told.code for told in warnings(HEAD + steps)]

    def test_one_of_shared_steps_says_where_they_are_used(self, warnings):
        steps = "steps: {go: {do: [{start: wparse daemon}]}}\n"

        (told,) = warnings(steps + HEAD + "  - use: go\n")

        assert told.line == 1
        assert "(in the steps 'go', used on line 6)" in told.help


class TestOfSeveralVariants:
    def test_one_that_all_have_is_said_once(self, warnings, load):
        text = HEAD.replace("500", "'${{ matrix.n }}'") + "  - start: wparse daemon\nmatrix: {n: [500, 600, 700]}\n"

        (told,) = warnings(text)

        assert "variant" not in told.help
        assert all(variant.warnings == (told,) for variant in load(text)[0].variants)

    def test_one_that_some_have_names_the_first_in_all_of_them(self, warnings, load):
        text = HEAD + "  - start: wparse daemon\n  - wait: 1s\nthen: {log: {wparse: {never: '${{ matrix.p }}'}}}\n"
        text += "matrix: {p: ['*x*', 'sink eror', 'sink errr']}\n"

        (told,) = warnings(text)

        assert told.message.endswith("matches 'sink eror'")
        assert told.help.endswith("(in the variant p=1)")
        assert [len(variant.warnings) for variant in load(text)[0].variants] == [0, 1, 1]
