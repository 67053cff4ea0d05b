"""For each code: a file that has the mistake, what causes it, and how to mend it. The page of errors shows them."""

from __future__ import annotations

from collections.abc import Mapping

from wptest.pages.example import HEAD, WHEN, Example
from wptest.pages.proof_examples import PROOF_EXAMPLES
from wptest.text.codes import Code

_SHOP = {
    "shop/conf/wparse.toml": "",
    "shop/sink/business.d/web.toml": '[sink_group]\nrule = "/web*"\n[[sink_group.sinks]]\ntype = "file"\n',
    "shop/models/wpl/web/sample.dat": "GET /\n",
}

ERROR_EXAMPLES: Mapping[Code, Example] = {
    Code.UNREADABLE: Example("The path is wrong, or its permissions are.", "Check the path.", None),
    Code.BINARY: Example(
        "Another encoding, or not a text file at all. A byte order mark is fine.",
        "Save the file as UTF-8. This one was saved as Latin-1.",
        "scenario: night\ntitle: Un café\n",
        encoding="latin-1",
    ),
    Code.EMPTY: Example(
        "An empty file, or one with comments only.",
        "A scenario needs at least `scenario`, `project` and `when`.",
        "# to be written\n",
    ),
    Code.TOO_LARGE: Example(
        "More than 10 MB, more than 10,000 variants or steps, too many aliased values, too deep a nesting, or more "
        "lines than fit into memory.",
        "Split the file. Where so many lines are meant, the environment variable `WPTEST_LARGEST` allows them.",
        HEAD + "given: {source: {lines: 10G}}\n" + WHEN,
    ),
    Code.SYNTAX: Example(
        "A missing quote or bracket, a tab, an indentation that does not fit.",
        "The message says what was expected. Put texts with `:` or `#` in quotes.",
        HEAD + "when: [{start: wparse daemon}\n",
    ),
    Code.DUPLICATE_KEY: Example(
        "A key was copied and not changed.", "Remove one of the two.", HEAD + WHEN + "limit: 1s\nlimit: 2s\n"
    ),
    Code.UNSUPPORTED_YAML: Example(
        "`!tag`, `<<:`, or an alias that contains itself.",
        "Write the values out, or use a plain alias. Defaults and shared steps are better still.",
        HEAD + WHEN + "then:\n  <<: {exit: {wparse: 0}}\n",
    ),
    Code.KEY_NOT_TEXT: Example(
        "A number, a list or a mapping stands where a key should.",
        "Put the key in quotes if it is text.",
        HEAD + WHEN + "given: {source: {lines: 10, rules: {404: 1}}}\n",
    ),
    Code.LOOKALIKE: Example(
        "A text from a word processor, a wiki or an input method: full-width punctuation, typographic quotes and "
        "dashes, blanks that don't break, characters that nobody sees.",
        "Type the character anew. In titles, comments and wherever text may stand, such characters are fine.",
        HEAD + "title: “晚上，全部恢复”\nwhen：\n  - start: wparse daemon\n",
    ),
    Code.UNKNOWN_KEY: Example(
        "A typing mistake, or a key at the wrong level.",
        "The message names the nearest key and lists the valid ones.",
        HEAD + WHEN + "thn: {exit: {wparse: 0}}\n",
    ),
    Code.MISSING_KEY: Example(
        "`scenario`, `project` or `when` is missing, or a part of a value that needs it.",
        "Add it, or give it a default.",
        HEAD,
    ),
    Code.WRONG_TYPE: Example(
        "A list where a text belongs, a key without a value, and the like.",
        "The message says what was expected.",
        HEAD + WHEN + "then: [exit]\n",
    ),
    Code.WRONG_VALUE: Example(
        "A duration without a unit, a negative count, a date that does not exist.",
        "See [values](language.md#values).",
        HEAD + WHEN + "limit: 5\n",
    ),
    Code.UNKNOWN_WORD: Example(
        "A typing mistake in a sink type, an event, a signal, an operation, a rule.",
        "The message lists the known words.",
        HEAD + WHEN + "  - signal: {wparse: USR2}\n",
    ),
    Code.CHOICE: Example(
        "Two actions in one step, two triggers, `lines` and `text` for one file, `marked` without `lines`.",
        "Keep one, or add the one that is missing. Two actions are two steps.",
        HEAD + WHEN + "  - {at: 3s, kill: wparse, wait: idle}\n",
    ),
    Code.MATRIX: Example(
        "An axis that is no list, a value twice, axes in `zip` of different lengths, an `exclude` that excludes "
        "nothing, an `include` that is there already.",
        "See [matrix](language.md#matrix).",
        HEAD + WHEN + "matrix: {lines: [10, 100], within: [1s], zip: [lines, within]}\n",
    ),
    Code.UNKNOWN_NAME: Example(
        "A matrix name, an environment variable or a parameter that does not exist; a text without quotes.",
        "Add it to `matrix`, set the variable, or put the text in quotes.",
        HEAD + WHEN + "matrix: {pause: [1s]}\nlimit: ${{ matrix.pase * 2 }}\n",
    ),
    Code.EXPRESSION: Example(
        "Quantities of different kinds, a unit without quotes, something that expressions don't have.",
        "The carets stand under the part that is wrong.",
        HEAD + WHEN + "matrix: {pause: [1s]}\nlimit: ${{ matrix.pause + '64MiB' }}\n",
    ),
    Code.UNKNOWN_STEPS: Example(
        "A typing mistake in `use`, or steps that are defined in another file.",
        "Define them under `steps`, or correct the name.",
        HEAD + "steps: {quiet: {do: [{wait: idle}]}}\n" + WHEN + "  - use: quite\n",
    ),
    Code.ARGUMENT: Example(
        "A parameter is missing, is there and isn't known, or has a value of another kind.",
        "Look at the `with` of the steps.",
        HEAD
        + "steps: {stop: {with: {program: text}, do: [{kill: '${{ with.program }}'}]}}\n"
        + WHEN
        + "  - use: stop\n",
    ),
    Code.RECURSION: Example(
        "Steps use themselves, or two use each other.",
        "Steps can use others, but no circle can end.",
        HEAD + "steps: {again: {do: [{wait: 1s}, {use: again}]}}\n" + WHEN + "  - use: again\n",
    ),
    Code.DEFAULTS: Example(
        "`defaults` stands in the same document as a scenario, or not in the first one, or has a key that can't "
        "have a default.",
        "Defaults are the first document of a file, with a line `---` after them.",
        HEAD + WHEN + "defaults: {limit: 1h}\n",
    ),
    Code.DUPLICATE_ID: Example(
        "Two documents of one file have the same `scenario`.",
        "Rename one: results are told apart by it.",
        HEAD + WHEN + "---\n" + HEAD + WHEN,
    ),
    Code.UNKNOWN_SINK: Example(
        "A name in `phases`, `upon`, `sinks` that is not in the project.",
        "The message lists the sinks of the project.",
        HEAD + WHEN + "then: {sinks: {c: {lines: 10}}}\n",
    ),
    Code.UNKNOWN_PROCESS: Example(
        "A step or a check names a program that no step starts.",
        "Add a `start` or `run` step before it.",
        HEAD + WHEN + "then: {exit: {wprescue: 0}}\n",
    ),
    Code.COMMAND: Example(
        "An unknown program, mode or option.",
        "See [the four programs](programs.md).",
        HEAD + "when: [{run: wparse deamon}]\n",
    ),
    Code.PROCESS_STATE: Example(
        "A signal to a program that has ended, a second `start` of one that runs.",
        "Start it before, or wait for its end.",
        HEAD + WHEN + "  - kill: wparse\n  - signal: {wparse: TERM}\n",
    ),
    Code.TIME_ORDER: Example(
        "An `at` before the steps above it can be done, or a step behind `limit`.",
        "Give it a later time.",
        HEAD + WHEN + "  - wait: 5s\n  - {at: 3s, kill: wparse}\n",
    ),
    Code.PHASES: Example(
        "Phases for a `file` or `blackhole` sink.",
        "Only `test_rescue` sinks have phases.",
        HEAD + WHEN + "given: {phases: {b: [up 1s, down 1s]}}\n",
    ),
    Code.NO_EFFECT: Example(
        "`tol` without `ratio`.",
        "Add the other key, or remove this one.",
        HEAD + WHEN + "given: {source: {lines: 10}}\nthen: {sinks: {a: {tol: 0.1}}}\n",
    ),
    Code.NO_FILE: Example(
        "`content` for a `blackhole` sink.",
        "Count its `lines`, or make it a `file` sink.",
        "scenario: night\nproject: {sinks: {a: {type: blackhole}}}\n"
        + WHEN
        + "given: {source: {lines: 10}}\nthen: {sinks: {a: {content: [x]}}}\n",
    ),
    Code.NO_PROJECT: Example(
        "The directory that `project` names does not exist.",
        "The path is relative to the scenario file.",
        "scenario: night\nproject: shop\n" + WHEN,
    ),
    Code.PROJECT: Example(
        "A mistake in `wparse.toml`, `wpsrc.toml` or a sink file.",
        "The message names the file, the line and the column.",
        "scenario: night\nproject: shop\n" + WHEN,
        files={"shop/conf/wparse.toml": 'version = "1.0"\nspeed_limit = = 5\n'},
    ),
    Code.PROJECT_WARNING: Example(
        "A key that is misspelt or newer than wptest, or a filter that nobody explains. The scenario runs all the "
        "same.",
        "Compare with [projects](projects.md), which says what is read.",
        "scenario: night\nproject: shop\n" + WHEN + "  - wait: idle\n",
        files={**_SHOP, "shop/conf/wparse.toml": 'version = "1.0"\nspeed_limt = 500\n'},
    ),
    Code.OUTSIDE: Example(
        "A project out of the repository, a path of the scenario that is absolute or has `..`, or a link out of "
        "what may be read.",
        "Move the project below the root that the message names. Paths of a scenario are relative to the run's "
        "directory.",
        "scenario: night\nproject: ../shop\n" + WHEN,
    ),
    Code.UNREAD: Example(
        "No source of the project is enabled. What waits to be read stays there, and no sink is owed any of it.",
        "Set `enable = true`, unless that is what the scenario is about.",
        "scenario: night\nproject: shop\n" + WHEN + "  - wait: idle\n",
        files={**_SHOP, "shop/conf/wpsrc.toml": '[[sources]]\ntype = "file"\nenable = false\n'},
    ),
    Code.VARIABLE: Example(
        "`${NAME}` in a file of the project, and neither the scenario nor the file says what it stands for. Or it "
        "is not written as WarpParse reads it: `${NAME:default}`.",
        "Give it a value in the scenario, or a default in the file. The environment that wptest runs in counts "
        "only where the scenario says so: `given: {env: {NAME: '${{ env.NAME }}'}}`.",
        "scenario: night\nproject: shop\n" + WHEN,
        files={**_SHOP, "shop/conf/wparse.toml": 'rescue_root = "${WP_DATA}/rescue"\n'},
    ),
    Code.UNUSED: Example(
        "A path in `given: paths:` that no path of the project is, or is below of.",
        "Leave it out.",
        "scenario: night\nproject: shop\n" + WHEN + "  - wait: idle\ngiven: {paths: {/var/log/wp: data/wp}}\n",
        files=_SHOP,
    ),
    Code.UNMAPPED: Example(
        "A program would work outside of the run's directory: the path is absolute, or has too many `..`.",
        "Say where it leads in the run's directory. For reports, checks and faults it is there then.",
        "scenario: night\nproject: shop\n" + WHEN,
        files={**_SHOP, "shop/conf/wparse.toml": 'rescue_root = "/var/rescue"\n'},
    ),
    Code.IMPORT: Example(
        "A `conftest.py` in the directory of the scenario or above it, or a package's entry point, doesn't run.",
        "Correct the code: the message has its own line.",
        HEAD + WHEN,
        files={"conftest.py": "import wptest\n\nLIMIT = int('ten')\n"},
    ),
    Code.SIGNATURE: Example(
        "A parameter without annotation or of a kind that YAML has no word for, `*args`, another first parameter.",
        "See [extensions](extensions.md).",
        HEAD + WHEN,
        files={
            "conftest.py": "import wptest\n\n\n@wptest.fault\n"
            "def bit_rot(hand: wptest.Hand, path: bytes) -> None: ...\n"
        },
    ),
    Code.EXTENSION_NAME: Example(
        "Two faults, checks or sinks of one name, or the name of a key that the language has there.",
        "Rename the function or class.",
        HEAD + WHEN,
        files={"conftest.py": "import wptest\n\n\n@wptest.check\ndef ledger(run: wptest.Run) -> None: ...\n"},
    ),
    **PROOF_EXAMPLES,
}
