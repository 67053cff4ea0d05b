"""Lines that a scenario writes itself into the input of an inline project: where they go is told, or expected."""

from __future__ import annotations

import pytest

HEAD = "scenario: s\nproject: {sinks: {a: {}}}\n"
OWN = 'files: {data/in_dat/gen.dat: {text: "one\\ntwo\\n"}}'
BATCH = "when: [{run: wparse batch}]\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}given: {{{OWN}}}\n{BATCH}",
        f"{HEAD}when: [{{write: {{data/in_dat/gen.dat: {{lines: 3}}}}}}, {{run: wparse batch}}]\n",
        f"{HEAD}given: {{source: {{rate: 10/s}}, {OWN}}}\n{BATCH}then: {{ledger: {{accepted: 2}}}}\n",
        f"scenario: s\nproject: {{groups: {{g: {{rule: '*', sinks: {{a: {{}}}}}}}}}}\ngiven: {{{OWN}}}\n{BATCH}",
    ],
)
def test_lines_of_no_rule_are_told_with_the_mending(warnings, text):
    (told,) = warnings(text)

    assert told.code == "WPT-W076"
    assert told.help == 'given: {source: {patterns: {/sample: "*"}}}'


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}given: {{source: {{patterns: {{/sample: '*'}}}}, {OWN}}}\n{BATCH}",
        f"{HEAD}given: {{{OWN}}}\n{BATCH}then: {{sinks: {{miss_sink: {{lines: 2}}}}}}\n",
        f"{HEAD}given: {{{OWN}}}\nwhen: [{{run: wproj check}}]\n",
        f"{HEAD}given: {{source: {{lines: 2}}}}\n{BATCH}",
        (f'{HEAD}given: {{files: {{data/in_dat/gen.dat: {{text: "wp_event_id=1 2025-10-04T01:59:20Z INFO nginx GET '
        f'/index.html 200\\n"}}}}}}\n{BATCH}'),
    ],
)  # fmt: skip
def test_those_that_have_one_or_are_meant_for_it_are_not(warnings, text):
    assert [told for told in warnings(text) if told.code == "WPT-W076"] == []
