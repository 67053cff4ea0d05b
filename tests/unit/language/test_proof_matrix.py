"""Names of a matrix that nothing uses, and expressions of other languages: both run the same thing again."""

from __future__ import annotations

import pytest

from wptest.text.codes import Code

HEAD = "scenario: s\nproject: {sinks: {a: {}, b: {}}}\n"
WHEN = "when: [{start: wparse daemon}, {wait: 1s}]\n"
PAUSE = "steps: {p: {with: {n: any}, do: [{wait: '${{ %s }}s'}]}}\n"
INPUT = "given: {source: {lines: '${{ matrix.lines }}'}}\n"


def under(told):
    return told.source_line[told.column - 1 :][: told.length]


class TestUnusedNames:
    @pytest.mark.parametrize(
        ("matrix", "name", "same"),
        [
            ("{lines: [1, 2], stop: [INT, KILL]}", "stop", "lines=1,stop=INT and lines=1,stop=KILL"),
            (
                "{lines: [1, 2], stop: [INT, KILL], mode: [x, y], zip: [stop, mode]}",
                "stop",
                "lines=1,stop=INT,mode=x",
            ),
            ("{lines: [1], include: [{lines: 1, note: again}]}", "note", "lines=1 and lines=1,note=again"),
            ("{lines: [1, 2], n: [1, 2, 3], exclude: [{lines: 2, n: 1}]}", "n", "lines=1,n=1 and lines=1,n=2"),
        ],
    )
    def test_variants_that_differ_in_nothing_else_are_a_mistake(self, mistakes, matrix, name, same):
        told = mistakes(f"{HEAD}matrix: {matrix}\n{INPUT}{WHEN}")

        assert {each.code for each in told} == {Code.UNUSED_AXIS}
        assert f"nothing uses '{name}': {same}" in told[0].message
        assert under(told[0]) == name
        assert told[0].help == f"write ${{{{ matrix.{name} }}}} where its value belongs, or take '{name}' out"

    @pytest.mark.parametrize(
        "matrix",
        [
            "{name: [few, many], lines: [1, 100], zip: [name, lines]}",
            "{include: [{name: few, lines: 1}, {name: many, lines: 100}]}",
            "{lines: [1, 2], n: [1, 2], exclude: [{lines: 1, n: 1}, {lines: 2, n: 2}]}",
        ],
    )
    def test_a_name_may_tell_variants_apart_that_differ_in_others(self, load, matrix):
        assert load(f"{HEAD}matrix: {matrix}\n{INPUT}{WHEN}")

    @pytest.mark.parametrize(
        "use",
        [
            'given: {source: {lines: "${{ 5 if matrix.lines == 1 else 6 }}"}}\n' + WHEN,
            "given: {source: {lines: \"${{ matrix['lines'] }}\"}}\n" + WHEN,
            "given: {env: {LINE_CNT: '${{ matrix.lines }}'}}\n" + WHEN,
            WHEN + 'then: {sinks: {\'${{ "a" if matrix.lines == 1 else "b" }}\': {lines: 0}}}\n',
            PAUSE % "with.n" + "when: [{use: {p: {n: '${{ matrix.lines }}'}}}]\n",
            PAUSE % "matrix.lines" + "when: [{use: {p: {n: 1}}}]\n",
        ],
    )
    def test_whatever_has_it_in_it_uses_it(self, load, use):
        assert load(f"{HEAD}matrix: {{lines: [1, 2]}}\n{use}")

    def test_defaults_can_use_it(self, load):
        defaults = "defaults: {given: {source: {lines: '${{ matrix.lines }}'}}}\n---\n"

        assert load(f"{defaults}{HEAD}matrix: {{lines: [1, 2]}}\n{WHEN}")

    def test_steps_that_nothing_uses_do_not(self, mistakes):
        steps = "steps: {pause: {do: [{wait: '${{ matrix.n }}s'}]}}\n"

        (told,) = mistakes(f"{HEAD}matrix: {{n: [1, 2]}}\n{steps}{WHEN}")

        assert told.code is Code.UNUSED_AXIS

    def test_a_condition_alone_is_a_use_only_where_it_leaves_one_run(self, load, mistakes):
        text = f"{HEAD}matrix: {{os: [linux, mac, bsd]}}\nonly_if: {{expression: %s, reason: r}}\n{WHEN}"

        assert load(text % "matrix.os == 'mac'")
        (told,) = mistakes(text % "matrix.os != 'mac'")
        assert told.message == "nothing but 'only_if' uses 'os': os=linux and os=bsd are the same run"

    def test_an_axis_of_one_value_that_nothing_uses_is_a_mistake_too(self, mistakes):
        (told,) = mistakes(f"{HEAD}matrix: {{stop: [KILL]}}\n{WHEN}")

        assert (told.code, told.message) == (Code.UNUSED_AXIS, "nothing uses 'stop'")

    def test_who_wants_to_run_it_again_is_told_how(self, mistakes):
        (told,) = mistakes(f"{HEAD}matrix: {{repeat: [1, 2, 3]}}\n{WHEN}")

        assert "explore: {schedule: {seeds: 20}}" in told.help

    def test_a_misspelt_use_is_told_and_nothing_else(self, mistakes):
        (told,) = mistakes(f"{HEAD}matrix: {{line: [1, 2]}}\n{INPUT}{WHEN}")

        assert (told.code, told.help) == (Code.UNKNOWN_NAME, "did you mean 'line'?")

    def test_a_name_with_a_dash_may_be_a_difference(self, load):
        assert load(f"{HEAD}matrix: {{n: [5, 6]}}\nlimit: ${{{{ matrix.n-1 }}}}s\n{WHEN}")


class TestLeftovers:
    MATRIX = "matrix: {lines: [1, 2], stop: [INT, TERM]}\n" + INPUT
    USED = "limit: ${{ 1 if matrix.stop == 'INT' else 2 }}h\n"

    @pytest.mark.parametrize(
        ("written", "right"),
        [
            ("{{ matrix.stop }}", "${{ matrix.stop }}"),
            ("{{matrix.stop}}", "${{ matrix.stop }}"),
            ("${ matrix.stop }", "${{ matrix.stop }}"),
            ("${matrix.stop}", "${{ matrix.stop }}"),
            ("{ matrix.stop }", "${{ matrix.stop }}"),
            ("%{matrix.stop}", "${{ matrix.stop }}"),
            ("$matrix.stop", "${{ matrix.stop }}"),
            ("{{ matrix.lines * 2 }}", "${{ matrix.lines * 2 }}"),
            ("{{ matrix.stpo }}", "${{ matrix.stop }}"),
            ("{{ env.HOST }}", "${{ env.HOST }}"),
            ("${ env.HOST }", "${{ env.HOST }}"),
        ],
    )
    def test_in_a_pattern_it_is_told_with_what_to_write(self, mistakes, written, right):
        then = f"then: {{log: {{wparse: {{never: ['*{written}*']}}}}}}\n"

        (told,) = mistakes(HEAD + self.MATRIX + self.USED + WHEN + then)

        assert (told.code, under(told), told.help) == (Code.LEFTOVER, written, f"write {right}")

    @pytest.mark.parametrize(
        "text",
        [
            "given: {source: {lines: '{{ matrix.lines }}'}}\n" + WHEN,
            "given: {source: {lines: matrix.lines}}\n" + WHEN,
            "when: [{start: wparse daemon}, {signal: {'{{ matrix.stop }}': INT}}]\n",
            "when: [{start: wparse daemon}, {signal: {wparse: '${ matrix.stop }'}}]\n",
            WHEN + "limit: $matrix.lines\n",
            "title: Stops by {{ matrix.stop }}\n" + WHEN,
            "tags: ['{{ matrix.stop }}']\n" + WHEN,
            PAUSE.replace("${{", "{{") % "with.n" + "when: [{use: {p: {n: 1}}}]\n",
            PAUSE % "with.n" + "when: [{use: {p: {n: '{{ matrix.n }}'}}}]\n",
        ],
    )
    def test_wherever_it_stands_it_is_the_only_mistake(self, mistakes, text):
        matrix = "matrix: {lines: [1, 2], stop: [INT, TERM], n: [1s, 2s]}\n"

        told = mistakes(HEAD + matrix + text)

        assert [each.code for each in told if each.code is not Code.UNUSED_AXIS] == [Code.LEFTOVER]

    @pytest.mark.parametrize(
        "content",
        [
            *("Hello {{ name }}, {{ env.HOME }} ${HOME} ${ matrix.other }", "see matrix.stop.example"),
            *("{a: {b: 1}} $1", "{{ matrix.stp }}", "{{ with.n }}"),
        ],
    )
    def test_in_the_content_of_a_file_braces_are_what_they_are(self, load, content):
        files = f"given: {{files: {{notes: {{text: '{content}'}}}}}}\n"

        assert load(HEAD + "matrix: {stop: [INT, TERM]}\n" + self.USED + files + WHEN)

    def test_but_not_where_they_name_a_value_of_the_matrix(self, mistakes):
        files = "given: {files: {notes: {text: 'stopped by {{ matrix.stop }}'}}}\n"

        (told,) = mistakes(HEAD + "matrix: {stop: [INT, TERM]}\n" + self.USED + files + WHEN)

        assert (told.code, under(told)) == (Code.LEFTOVER, "{{ matrix.stop }}")

    @pytest.mark.parametrize("name", ["with.txt", "matrix.stpo", "data/matrix.stop", "env.sh"])
    def test_names_of_files_are_what_they_are(self, load, name):
        files = (
            f"given: {{files: {{{name}: {{text: x}}}}}}\nsteps: {{s: {{with: {{n: any}}, do: [{{wait: 1s}}]}}}}\n"
        )

        assert load(HEAD + "matrix: {stop: [INT, TERM]}\n" + self.USED + files + WHEN)

    def test_without_such_a_name_it_is_text(self, load):
        then = "then: {log: {wparse: {never: ['*{{ matrix.stop }}*', '*${x}*', '*{ with.y }*']}}}\n"

        assert load(HEAD + WHEN + then)

    def test_an_expression_without_its_end_is_told_with_its_end(self, mistakes):
        then = "then: {log: {wparse: {never: ['*${{matrix.stop}*']}}}\n"

        (told,) = mistakes(HEAD + "matrix: {stop: [INT, TERM]}\n" + self.USED + WHEN + then)

        assert (told.code, told.expected) == (Code.EXPRESSION, "${{ matrix.stop }}")
