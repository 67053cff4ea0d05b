"""Defaults: which scenarios have them, where their values come from, and their mistakes."""

from __future__ import annotations

import pytest

from wptest.reuse.outline import outline
from wptest.text.codes import Code
from wptest.words.expectations.ledger_counts import LedgerCounts
from wptest.words.setting.parts.input_lines import InputLines

HEAD = "scenario: s\nproject: {sinks: {a: {}, b: {type: test_rescue}}}\n"


def under(told):
    return told.source_line[told.column - 1 :][: told.length]


DEFAULTS = """\
defaults:
  project: {sinks: {a: {type: test_rescue}}}
  given: {source: {lines: 100, rate: 10/s}}
  then: {ledger: {lost: 0}}
---
"""


class TestDefaults:
    def test_every_scenario_has_what_it_does_not_say_itself(self, load):
        text = DEFAULTS + (
            "scenario: one\nwhen: [{run: wparse batch}]\n---\n"
            "scenario: two\nwhen: [{run: wparse batch}]\ngiven: {source: {rate: 5/s}}\n"
            "then: {ledger: {duplicates: 0}}\n"
        )

        one, two = (each.variants[0].scenario for each in load(text))

        assert (one.given.get(InputLines).lines, one.given.get(InputLines).rate) == (100, 10)
        assert (two.given.get(InputLines).lines, two.given.get(InputLines).rate) == (100, 5)
        ledger = two.then.get(LedgerCounts)
        assert (ledger.lost.number, ledger.duplicates.number) == (0, 0)

    def test_a_key_that_excludes_a_default_takes_it_away(self, load):
        text = DEFAULTS + "scenario: one\nwhen: [{run: wparse batch}]\ngiven: {source: {for: 1m}}\n"

        (loaded,) = load(text)

        assert loaded.variants[0].scenario.given.outset.lines == 600

    def test_where_a_value_comes_from_can_be_asked(self, load):
        (loaded,) = load(DEFAULTS + "scenario: one\nwhen: [{run: wparse batch}]\ngiven: {source: {rate: 5/s}}\n")
        document = loaded.variants[0].document

        kinds = {
            path: document.origin_of(path).kind
            for path in [
                ("given", "source", "lines"),
                ("given", "source", "rate"),
                ("given", "clock"),
                ("project",),
            ]
        }
        assert list(kinds.values()) == ["defaults", "scenario", "built-in", "defaults"]
        assert document.origin_of(("given", "source", "lines")).span.line == 3

    def test_shared_steps_may_be_defaults(self, load):
        text = (
            "defaults: {project: {sinks: {a: {}}}, steps: {quiet: {do: [{wait: idle}]}}}\n---\n"
            "scenario: one\nwhen: [{start: wparse daemon}, {use: quiet}]\n"
        )

        (loaded,) = load(text)

        assert loaded.variants[0].scenario.when[1].verb.written == "idle"

    def test_a_mistake_in_a_default_is_told_once_and_there(self, mistakes):
        scenarios = "".join(f"---\nscenario: s{n}\nwhen: [{{run: wparse batch}}]\n" for n in range(3))

        (told,) = mistakes("defaults: {project: {sinks: {a: {}}}, limit: 5}\n" + scenarios)

        assert (told.line, told.message) == (1, "the number 5 has no unit")

    def test_the_outline_has_the_scenarios_only(self, load, tmp_path):
        (loaded,) = load(DEFAULTS + "scenario: one\nwhen: [{run: wparse batch}]\n")

        assert outline(tmp_path / "s.wptest.yaml") == [loaded.outline]

    @pytest.mark.parametrize(
        ("text", "code", "message", "place"),
        [
            ("defaults: {limit: 1s}\n", Code.EMPTY, "the file has defaults and no scenario", "defaults"),
            (
                f"defaults: 5\n---\n{HEAD}when: [{{run: wparse batch}}]\n",
                Code.WRONG_TYPE,
                "defaults are a mapping",
                "5",
            ),
            (
                f"defaults: {{when: []}}\n---\n{HEAD}when: [{{run: wparse batch}}]\n",
                Code.DEFAULTS,
                "'when' can't have a default",
                "when",
            ),
            (
                f"defaults: {{}}\nlimit: 1s\n---\n{HEAD}when: [{{run: wparse batch}}]\n",
                Code.DEFAULTS,
                "'limit' can't stand beside 'defaults'",
                "limit",
            ),
            (
                f"{HEAD}when: [{{run: wparse batch}}]\ndefaults: {{limit: 1s}}\n",
                Code.DEFAULTS,
                "defaults are a document of their own",
                "defaults",
            ),
            (
                f"{HEAD}when: [{{run: wparse batch}}]\n---\ndefaults: {{limit: 1s}}\n",
                Code.DEFAULTS,
                "defaults are a document of their own",
                "defaults",
            ),
        ],
    )
    def test_defaults_that_make_no_sense_are_one_mistake(self, mistakes, text, code, message, place):
        told = mistakes(text)[0]

        assert told.code is code
        assert message in told.message
        assert under(told) == place
