"""For each code of what can prove nothing: a file that has it, what causes it, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from wptest.pages.example import HEAD, WHEN, Example
from wptest.text.codes import Code

PROOF_EXAMPLES: Mapping[Code, Example] = {
    Code.UNUSED_AXIS: Example(
        "No value has it in it, or only `only_if` looks at it. Its variants are one run, several times over. "
        "A name that tells rows of `zip` or `include` apart which differ in others is fine.",
        "Use it, or take it out. For other interleavings of the same run there is "
        "[`explore: {schedule: ...}`](exploration.md).",
        HEAD + "matrix: {stop: [USR1, KILL]}\n" + WHEN + "  - signal: {wparse: USR1}\n",
    ),
    Code.LEFTOVER: Example(
        "`${ x }`, `{{ x }}`, `$x` or a name alone, as other tools write it. It would be text and nothing else. In "
        "the content of files only what names a value of this matrix counts: there, braces may be what they are.",
        "See [expressions](language.md#expressions).",
        HEAD + "matrix: {lines: [10, 100]}\n" + WHEN + "given: {source: {lines: '{{ matrix.lines }}'}}\n",
    ),
    Code.UNREACHED: Example(
        "A path without its directory, a directory where files are meant, a rescue file without a `*` in front, a "
        "time that there is not, or a misspelt name.",
        "The message names a path or name that there can be. `*` in `on` stays within one directory; all other "
        "patterns are for the whole text.",
        HEAD + WHEN + "  - fault: {on: '*.dat', fail: write, errno: EIO}\n"
        "then: {replay: {files: ['01:59:24.dat']}}\n",
    ),
    Code.UNTAKEN_RULE: Example(
        "A rule of `given: source:` without its `/`, or a misspelt one. Lines that no group takes go to the group "
        "`default`.",
        "Name a rule that a group's `rule` matches. For lines that no group shall take, write the rule `default`.",
        "scenario: night\nproject: {groups: {web: {rule: /web*, sinks: {a: {}}}}}\n"
        + WHEN
        + "given: {source: {lines: 10, rules: {web: 1}}}\n",
    ),
    Code.NOTHING_COMES: Example(
        "An expectation or a trigger is about a sink that gets no line: the input has none of its group's rules, "
        "or there is no input, and no rescue file of it either.",
        "Give it lines, or expect `lines: 0`.",
        HEAD + WHEN + "then: {sinks: {a: {lines: 10}}}\n",
    ),
    Code.STAND_IN: Example(
        "A project has a sink of a type that the engine doesn't have. Its lines go to a file of its own.",
        "Nothing has to be done. See [stand-ins](projects.md#stand-ins).",
        "scenario: night\nproject: shop\n" + WHEN + "  - wait: idle\n",
        files={
            "shop/conf/wparse.toml": 'version = "1.0"\n',
            "shop/sink/business.d/web.toml": '[sink_group]\nrule = "/web*"\n[[sink_group.sinks]]\n'
            'name = "out"\ntype = "kafka"\n',
            "shop/models/wpl/web/sample.dat": "GET /\n",
        },
    ),
    Code.NEVER_DOWN: Example(
        "Phases without a `down`, or with one that begins when the whole input is read.",
        "Make the first `up` shorter, or the input longer.",
        "scenario: night\nproject: {sinks: {a: {type: test_rescue, phases: [up 5s, down 1s]}}}\n"
        "given: {source: {lines: 100, rate: 100/s}}\n" + WHEN + "  - wait: idle\n",
    ),
    Code.NOTHING_TO_REPLAY: Example(
        "`wprescue` is run, no sink can fail, and no rescue file is given.",
        "Let a sink fail before, or give a rescue file.",
        "scenario: night\nproject: {sinks: {a: {}}}\nwhen:\n  - run: wprescue work\n",
    ),
    Code.STRAY: Example(
        "It is in another directory than the rescue root, of a sink that there is not, or its name is no rescue "
        "file's. Where the scenario says what becomes of it (`allow: {stuck: ...}`, `rescue`, the exit code of "
        "`wprescue`, a message with its name), nothing is said.",
        "Correct the name, or say that the file stays.",
        "scenario: night\nproject: {sinks: {access_log: {}}}\n"
        "given: {files: {'data/rescue/acess_log-2025-10-04_01:59:24.dat': {lines: 10}}}\n"
        "when:\n  - run: wprescue work\n",
    ),
    Code.NOT_WAITED: Example(
        "A `start` is the last step, or only steps that take no time come after it: `then` is about the moment "
        "before the program's first line. The run is unverified.",
        "Wait for what the program is to do.",
        HEAD + WHEN + "given: {source: {lines: 100}}\nthen: {sinks: {a: {lines: 100}}}\n",
    ),
    Code.NEVER_SAID: Example(
        "It lacks a `*`, has the level in it, or is misspelt; or the message is below the project's `log_level`. A "
        "`never` of it, or an `exactly` with 0, would always hold: the run is unverified.",
        "Compare with what the programs log: `wptest timeline` shows it.",
        "scenario: night\nproject: {sinks: {a: {}}}\n"
        "given: {files: {'data/rescue/a-2025-10-04_01:59:24.dat': {lines: 10}}}\n"
        "when:\n  - run: wprescue work\nthen: {log: {wprescue: {never: ['sink error']}}}\n",
    ),
}
