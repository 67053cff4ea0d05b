"""An allowance that nothing fell under is told of: it may hide a breach that nobody has thought of."""

from __future__ import annotations

import pytest

from wptest.run.running import run_variant
from wptest.scenario.load import load_file

KEYLESS = """\
scenario: s
project: {{servers: {{db: {{engine: innodb}}}}, sinks: {{a: {{type: sql, server: db}}}}}}
given: {{source: {{lines: 300, rate: 100/s}}}}
when:
  - fail_requests: {{server: db, at: {point}, nth: 2, times: 1}}
  - start: wparse daemon
  - wait: idle
  - signal: {{wparse: TERM}}
  - wait: {{exit: wparse}}
  - run: wprescue work
then:
  allow: {allow}
{more}"""


@pytest.fixture
def notes(tmp_path):
    def of(allow, point="answer_lost", more=""):
        path = tmp_path / "s.wptest.yaml"
        path.write_text(KEYLESS.format(allow=allow, point=point, more=more))
        (loaded,) = load_file(path)
        result = run_variant(loaded.variants[0])
        assert result.outcome.value == "passed", result.findings
        return result.notes

    return of


def test_one_that_is_needed_is_not(notes):
    assert notes('{duplicates: "<= 100"}') == ()


@pytest.mark.parametrize("name", ["lost", "duplicates", "queued", "altered", "stuck"])
def test_each_kind_of_allowance_is_told_of_where_nothing_falls_under_it(notes, name):
    (note,) = notes(f'{{{name}: "<= 7"}}', point="before_send")
    assert note.startswith(f"s: 'allow: {{{name}: <= 7}}' on line 12 excuses nothing")


def test_what_an_exploration_may_need_is_not(notes):
    assert notes('{duplicates: "<= 7"}', point="before_send", more="explore: {requests: true}\n") == ()


def test_none_that_says_none(notes):
    assert notes('{duplicates: 0, lost: "in_memory"}', point="before_send") == ()
