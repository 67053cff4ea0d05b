"""Scenarios on project directories: how they name sinks and share lines out, and what they are told."""

from __future__ import annotations

import pytest

from wptest.run.running import run_variant
from wptest.scenario.load import load_file
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario

GROUP = '[sink_group]\nrule = "/{0}*"\n[[sink_group.sinks]]\ntype = "file"\nparams.file = "{0}.dat"\n'
FILTERED = '[[sink_group.sinks]]\nname = "some"\ntype = "file"\nparams.file = "some.dat"\nfilter = "f.conf"\n'
BATCH = "when: [{run: wparse batch}]\n"


@pytest.fixture
def scenario(tmp_path):
    """Write a scenario on a project with the groups `web` and `mail`, and load it."""

    def load(text, **files):
        tree = {
            "conf/wparse.toml": "",
            "sink/business.d/web.toml": GROUP.format("web") + FILTERED,
            "sink/business.d/mail.toml": GROUP.format("mail"),
            "models/wpl/web/sample.dat": "GET /\nGET /two\n",
            "models/wpl/mail/sample.dat": "mail\n",
            **files,
        }
        for name, content in tree.items():
            path = tmp_path / "shop" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        path = tmp_path / "s.wptest.yaml"
        path.write_text(f"scenario: s\nproject: shop\n{text}", encoding="utf-8")
        ((variant,),) = (loaded.variants for loaded in load_file(path))
        return variant

    return load


def mistakes(scenario, text):
    with pytest.raises(InvalidScenario) as caught:
        scenario(text)
    return [(told.code, told.message, told.expected, told.help) for told in caught.value.diagnostics]


def result(scenario, text):
    found = run_variant(scenario(text))
    return [finding.message for finding in found.findings]


def test_a_name_that_two_sinks_have_needs_its_group(scenario):
    assert mistakes(scenario, BATCH + "then: {sinks: {'[0]': {lines: 1}}}\n") == [
        (Code.UNKNOWN_SINK, "2 sinks are called '[0]'", "one of: mail/[0], web/[0]", "name its group, too")
    ]


def test_a_wrong_group_gets_the_nearest_full_name(scenario):
    (told,) = mistakes(scenario, BATCH + "then: {sinks: {'wed/[0]': {lines: 1}}}\n")

    assert told[:2] == (Code.UNKNOWN_SINK, "unknown sink 'wed/[0]'")
    assert told[3] == "did you mean 'web/[0]'?"


@pytest.mark.parametrize("name", ["web/some", "/web/some", "some"])
def test_a_sink_can_be_called_by_its_full_name(scenario, name):
    text = f"given: {{source: {{lines: 30}}, filters: {{{name}: 0.5}}}}\n" + BATCH
    assert result(scenario, text + f"then: {{sinks: {{{name}: {{lines: 10}}, 'web/[0]': {{lines: 20}}}}}}\n") == []


def test_upon_lines_of_a_sink_by_its_full_name(scenario):
    text = (
        "given: {source: {lines: 30, rate: 10/s}}\nwhen:\n  - start: wparse daemon\n"
        "  - {upon: {sink: /web/some, lines: 5}, signal: {wparse: TERM}}\n  - wait: {exit: wparse}\n"
        "then: {sinks: {some: {lines: 5}}}\n"
    )
    assert result(scenario, text) == []


@pytest.mark.parametrize(
    ("passing", "lines"), [("0.1", 2), ("1", 20), ("0", 0), ("'*two'", 10), ("'GET /'", 10), ("'*POST*'", 0)]
)
def test_a_filter_lets_a_share_or_a_pattern_through_and_the_ledger_agrees(scenario, passing, lines):
    text = f"given: {{source: {{lines: 30}}, filters: {{some: {passing}}}}}\n" + BATCH
    then = f"then: {{sinks: {{some: {{lines: {lines}}}}}, ledger: {{delivered: {30 + lines}, lost: 0}}}}\n"
    assert result(scenario, text + then) == []


@pytest.mark.parametrize(
    ("passing", "blamed"),
    [("'*POST*'", ["lines of /web go to its group web, and the filter of some let none through"]), ("'*'", [])],
)
def test_a_filter_is_blamed_where_it_let_none_through(scenario, passing, blamed):
    given = "source: {patterns: {/web: '*'}}, files: {data/in_dat/gen.dat: {text: \"GET /\\n\"}}"
    text = f"given: {{{given}, filters: {{some: {passing}}}}}\n" + BATCH + "then: {sinks: {some: {lines: 2}}}\n"
    (found,) = run_variant(scenario(text)).findings

    assert [each for each in found.evidence if "its group" in each] == blamed


def test_a_filter_that_nobody_explains_lets_all_through_with_a_warning(scenario):
    variant = scenario("given: {source: {lines: 30}}\n" + BATCH + "then: {sinks: {some: {lines: 20}}}\n")

    assert run_variant(variant).findings == ()
    (warning,) = variant.warnings
    assert (warning.code, warning.severity, warning.line) == (Code.PROJECT_WARNING, "warning", 2)
    assert warning.message == "the sink 'some' has a filter, and nobody says what it lets through: all lines pass"
    assert scenario("given: {filters: {some: 0.5}}\n" + BATCH).warnings == ()


def test_only_a_sink_with_a_filter_can_be_given_one(scenario):
    (told,) = mistakes(scenario, "given: {filters: {'mail/[0]': 0.5}}\n" + BATCH)
    assert told[:2] == (Code.NO_EFFECT, "the sink 'mail/[0]' has no filter")


@pytest.mark.parametrize("passing", ["2", "-0.1", "true", "[x]", "''"])
def test_a_filter_is_a_share_or_a_pattern(scenario, passing):
    (told,) = mistakes(scenario, f"given: {{filters: {{some: {passing}}}}}\n" + BATCH)
    assert told[2] == "a share from 0 to 1 like 0.25, or a pattern of lines like '*ERROR*'"


def test_rules_are_those_of_samples_of_groups_and_of_the_infra_groups(scenario):
    rules = "{/web: 1, /mail/inbox: 2, miss: 1}"
    then = "then: {sinks: {'web/[0]': {lines: 20}, 'mail/[0]': {lines: 20}, miss_sink: {lines: 10}}}\n"
    text = f"given: {{source: {{lines: 50, rules: {rules}}}, filters: {{some: 0}}}}\n" + BATCH + then
    assert result(scenario, text) == []

    (told,) = mistakes(scenario, "given: {source: {lines: 5, rules: {/wed: 1}}}\n" + BATCH)
    assert told[:2] == (
        Code.UNTAKEN_RULE,
        "no group takes the rule '/wed': its lines would go to the group 'default'",
    )


def test_lines_of_the_scenario_s_own_are_shared_out_by_patterns(scenario):
    files = r"files: {data/in_dat/gen.dat: {text: 'sshd a;GET b;?;GET c;'}}".replace(";", r"\n").replace("'", '"')
    text = (
        "given: {source: {patterns: {/mail: '*sshd*', /web: 'GET *'}}, filters: {some: 0}, " + files + "}\n" + BATCH
    )
    web = "'web/[0]': {content: [GET b, GET c]}"
    then = f"then: {{sinks: {{'mail/[0]': {{content: [sshd a]}}, {web}, miss_sink: {{lines: 1}}}}}}\n"
    assert result(scenario, text + then) == []


def test_a_mistake_and_a_warning_are_told_together_and_only_the_mistake_counts(scenario):
    with pytest.raises(InvalidScenario) as caught:
        scenario(BATCH, **{"conf/wparse.toml": "speed_limt = 1\nspeed_limit = 'x'\n"})
    shown = caught.value.render()
    assert "warning[WPT-W051]: unknown key 'speed_limt'" in shown
    assert "error[WPT-E051]: 'speed_limit' must be a whole number, not text" in shown
    assert shown.endswith("1 mistake found")
