"""Runs of projects whose paths lead elsewhere and whose files have variables: everything stays in the run."""

from __future__ import annotations

import pytest

from wptest.run.running import run_variant
from wptest.scenario.load import load_file
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario
from wptest.words.failures import Failure
from wptest.words.finding import Outcome

TREE = {
    "deploy/wp/conf/wparse.toml": 'rescue_root = "/var/rescue"\n[log_conf.file]\npath = "/var/log/wp"\n',
    "deploy/wp/conf/wpsrc.toml": '[[sources]]\ntype = "file"\npath = "/var/spool/wp/in.log"\n',
    "deploy/wp/sink/business.d/web.toml": (
        '[sink_group]\nrule = "/web*"\n[[sink_group.sinks]]\nname = "out"\ntype = "test_rescue"\n'
        'params = { base = "${WP_OUT:/srv/out}", file = "x.dat" }\n'
    ),
    "deploy/wp/models/wpl/web/sample.dat": "GET /\n",
}
PATHS = "{/var/rescue: data/rescue, /var/log: logs, /var/spool/wp: data/in, /srv/out: data/out}"
STEPS = "when:\n  - {start: wparse daemon}\n  - wait: idle\n  - {kill: wparse}\n  - {run: wprescue work}\n"


@pytest.fixture
def scenario(tmp_path):
    """Write a repository with a project and one scenario on it, and load that."""

    def load(text, project="../deploy/wp", **files):
        for name, content in {"pyproject.toml": "", **TREE, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        path = tmp_path / "tests/s.wptest.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"scenario: s\nproject: {project}\n{text}", encoding="utf-8")
        return load_file(path)[0].variants

    return load


def mistakes(scenario, text, **files):
    with pytest.raises(InvalidScenario) as caught:
        scenario(text, **files)
    return [(told.code, told.line, told.message, told.help) for told in caught.value.diagnostics]


def given(**more):
    lines = {"source": "{lines: 100, rate: 50/s}", "paths": PATHS, **more}
    return "given:\n" + "".join(f"  {key}: {value}\n" for key, value in lines.items() if value)


def test_a_production_project_runs_as_it_is(scenario):
    fault = "  - {fault: {on: data/out/x.dat, fail: open, errno: EIO, times: 1}}\n"
    then = "then: {sinks: {out: {lines: 100}}, rescue: {dat: 0}, exit: {wprescue: 0}}\n"
    (variant,) = scenario(given() + STEPS.replace("when:\n", f"when:\n{fault}") + then)
    result = run_variant(variant)
    assert (result.outcome, result.findings) == (Outcome.PASSED, ())
    assert variant.warnings == ()
    assert variant.project.rescue_root == "data/rescue"
    paths = {str(event.fields["path"]) for event in result.events if "path" in event.fields}
    assert {path.split("/")[0] for path in paths} == {"data"}


def test_every_path_that_lacks_is_told_with_the_line_to_add(scenario):
    found = mistakes(scenario, given(paths="") + STEPS)
    assert [(code, help_) for code, _, _, help_ in found] == [
        (Code.UNMAPPED, "given: {paths: {/var/rescue: data/rescue}}"),
        (Code.UNMAPPED, "given: {paths: {/var/log/wp: data/wp}}"),
        (Code.UNMAPPED, "given: {paths: {/var/spool/wp: data/wp}}"),
        (Code.UNMAPPED, "given: {paths: {/srv/out: data/out}}"),
    ]


@pytest.mark.parametrize("variant", ["data/a", "/srv/a"])
def test_a_variable_of_the_environment_counts_where_the_scenario_says_so(scenario, monkeypatch, variant):
    monkeypatch.setenv("WP_OUT", "/nobody/asked")
    text = given(env="{WP_OUT: '${{ matrix.out }}'}", paths=PATHS.replace("}", ", /srv/a: data/a}"))
    variants = scenario(f"matrix: {{out: [{variant}]}}\n" + text + STEPS)
    assert variants[0].project.sink("out").path == "data/a/x.dat"
    assert run_variant(variants[0]).outcome is Outcome.PASSED


def test_variants_have_their_own_variables(scenario):
    text = "matrix: {out: [data/a, data/b]}\n" + given(env="{WP_OUT: '${{ matrix.out }}'}") + STEPS
    assert [each.project.sink("out").path for each in scenario(text)] == ["data/a/x.dat", "data/b/x.dat"]


def test_a_variable_that_no_file_asks_for_is_a_mistake(scenario):
    assert mistakes(scenario, given(env="{WP_OTU: data/a}") + STEPS) == [
        (Code.UNKNOWN_WORD, 6, "unknown variable 'WP_OTU'", "did you mean 'WP_OUT'?")
    ]


def test_one_that_programs_read_may_be_asked_for_as_well(scenario):
    files = {
        "deploy/wp/conf/wparse.toml": TREE["deploy/wp/conf/wparse.toml"].replace(
            "rescue_root", "speed_limit = ${LINE_CNT}\nrescue_root"
        )
    }
    (variant,) = scenario(given(env="{LINE_CNT: 5}") + STEPS, **files)
    assert variant.project.speed_limit == 5


def test_a_variable_without_a_value_is_told_with_its_place(scenario):
    file = "deploy/wp/sink/business.d/web.toml"
    help_ = "given: {env: {WP_OUT: ...}}, or a default in the file: ${WP_OUT:...}"
    assert mistakes(scenario, given() + STEPS, **{file: TREE[file].replace(":/srv/out", "")}) == [
        (Code.VARIABLE, 6, "the variable 'WP_OUT' has no value, and no default", help_)
    ]


@pytest.mark.parametrize(
    "value", ["'../../etc'", "/etc", "'/srv/out/../../etc'", "~/x", '"x\\ny"', "'${A}'", "//etc"]
)
def test_no_value_leads_out_of_the_run(scenario, value):
    found = mistakes(scenario, given(env=f"{{WP_OUT: {value}}}") + STEPS)
    assert {code for code, *_ in found} <= {Code.UNMAPPED, Code.PROJECT, Code.WRONG_VALUE}


def test_no_message_shows_a_secret(scenario):
    with pytest.raises(InvalidScenario) as caught:
        scenario(given() + STEPS, **{"deploy/wp/.warp_parse/sec_key.toml": 'token = "hush\n'})
    assert "sec_key.toml:1:" in caught.value.render()
    assert "hush" not in caught.value.render()


@pytest.mark.parametrize(
    ("written", "name"),
    [(f'"{key}"', name) for key in ("group", "out") for name in ("../../etc", "/..", "a/../../b")]
    + [('"group"', ".."), ('"group"', "a b"), ('"out"', "a/b")],
)
def test_no_name_of_a_group_or_sink_leads_out_of_the_run(scenario, written, name):
    file = "deploy/wp/sink/business.d/web.toml"
    text = TREE[file].replace("rule", 'name = "group"\nrule').replace(written, '"${NAME}"')
    found = mistakes(scenario, given(env=f"{{NAME: '{name}'}}") + STEPS, **{file: text})
    assert [told[0] for told in found] == [Code.PROJECT]


@pytest.mark.parametrize(
    ("paths", "code", "message"),
    [
        ("{/srv/out: /etc}", Code.OUTSIDE, "'/etc' leaves the directory it belongs to"),
        ("{/srv/out: ../x}", Code.OUTSIDE, "'../x' leaves the directory it belongs to"),
        ("{/srv/out: data/../../x}", Code.OUTSIDE, "'data/../../x' leaves the directory it belongs to"),
        ("{data/x: data/y}", Code.WRONG_VALUE, "'data/x' doesn't lead out of the run's directory"),
        ("{./x: data/y}", Code.WRONG_VALUE, "'./x' doesn't lead out of the run's directory"),
        ("{~/x: data/y}", Code.WRONG_VALUE, "'~/x' is not a path"),
        ("{/srv: a, /srv/: b}", Code.WRONG_VALUE, "'/srv' and '/srv/' are the same path"),
    ],
)
def test_what_is_given_leads_from_outside_to_inside(scenario, paths, code, message):
    found = mistakes(scenario, given(paths=paths) + STEPS)
    assert (code, message) in [(told[0], told[2]) for told in found]


def test_one_that_no_file_needs_is_a_warning(scenario):
    paths = PATHS.replace("{", "{/var/lgo: x, ", 1)
    (variant,) = scenario(given(source="{lines: 200, rate: 50/s}", paths=paths) + STEPS)
    (told,) = variant.warnings
    assert (told.code, told.severity, told.line, told.column) == (Code.UNUSED, "warning", 5, 11)
    assert told.message == "no file of the project leads to '/var/lgo'"


def test_a_project_that_is_written_out_has_no_such_paths(scenario):
    with pytest.raises(InvalidScenario) as caught:
        scenario("given: {paths: {/a: b}}\n" + STEPS, project="{sinks: {a: {}}}")
    (told,) = caught.value.diagnostics
    assert (told.code, told.line) == (Code.NO_EFFECT, 3)


@pytest.mark.parametrize(
    "step",
    [
        "  - {fault: {on: /srv/out/x.dat, fail: open, errno: EIO}}\n",
        "  - {chmod: {/srv/out/x.dat: '0444'}}\n",
        "  - {remove: /srv/out/x.dat}\n",
        "  - {write: {/srv/out/x.dat: {text: x}}}\n",
    ],
)
def test_a_scenario_speaks_of_paths_in_the_run_and_is_told_which(scenario, step):
    found = mistakes(scenario, given() + STEPS + step)
    assert [(told[0], told[3]) for told in found] == [
        (Code.OUTSIDE, "in the run it is data/out/x.dat, as 'given: paths:' says")
    ]


@pytest.mark.parametrize("mode", ["run: wparse batch", "start: wparse daemon"])
def test_a_source_that_is_switched_off_is_not_read(scenario, mode):
    file = "deploy/wp/conf/wpsrc.toml"
    text = given() + f"when:\n  - {mode}\n  - wait: idle\n"
    (variant,) = scenario(text, **{file: TREE[file] + "enable = false\n"})
    result = run_variant(variant)
    kinds = [event.kind for event in result.events]
    assert "source.accepted" not in kinds
    assert [told.code for told in variant.warnings] == [Code.UNREAD]
    (finding,) = result.findings
    assert (finding.outcome, finding.code) == (Outcome.UNVERIFIED, Failure.NOTHING_OWED)
    assert "no source of the project is enabled, so wparse reads nothing" in finding.evidence
    assert finding.help.startswith("let one have enable = true")
    logged = [event.fields["message"] for event in result.events if event.kind == "log"]
    assert "no source is enabled: nothing is read" in logged
