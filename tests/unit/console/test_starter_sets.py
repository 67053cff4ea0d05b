"""A starter set passes as it is written, whatever else the project has beside the sink that a scenario is about."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from wptest.cli import wptest
from wptest.console.drafting.drafts import Draft, starter_set
from wptest.run.running import run_variant
from wptest.scenario.load import load_file
from wptest.words.finding import Outcome


def group(name: str, *sinks: str, head: str = "") -> str:
    tables = "".join(f"[[sink_group.sinks]]\n{sink}\n" for sink in sinks)
    return f'[sink_group]\nname = "{name}"\nrule = "/{name}*"\n{head}\n{tables}'


def sink(name: str, phases: str = "", type_: str = "test_rescue") -> str:
    said = f'\nphases = "{phases}"' if phases else ""
    return f'name = "{name}"\ntype = "{type_}"\nparams = {{ file = "{name}.dat" }}{said}'


def source(key: str, path: str) -> str:
    return f'[[sources]]\nkey = "{key}"\ntype = "file"\npath = "{path}"\n'


ONE = source("one", "data/in_dat/one.dat")
TWO = ONE + source("two", "data/in 2/zw: ei.dat")
LONG = "x" * 600
ABSOLUTE = source("one", "/var/in/a.dat") + source("two", "/var/in/b.dat") + source("three", "/srv/c.dat")
WEB, APP = group("web", sink("a")), group("app", sink("b"))
SHAPES: dict[str, tuple[str, dict[str, str]]] = {
    "two sources": (TWO, {"web": WEB, "app": APP}),
    "three sources out of the project": (ABSOLUTE, {"web": WEB}),
    "two sources, and sinks that filter": (TWO, {"web": group("web", sink("a", type_="file"), sink("b"))}),
    "two sources, and replicas": (TWO, {"web": group("web", sink("a"), head="parallel = 4"), "app": APP}),
    "a sink that is down when the fault comes": (ONE, {"web": group("web", sink("a", "down 5s, up 5m"))}),
    "siblings that are never up": (
        ONE,
        {"web": group("web", sink("a", "down 3h"), sink("b", "up 1s, down 3h"), sink("c", type_="file"))},
    ),
    "all groups down at the kill": (
        TWO,
        {"web": group("web", sink("a", "up 1s, down 30s")), "app": group("app", sink("b", "up 1s, down 30s"))},
    ),
}


def project_of(root: Path, sources: str, groups: dict[str, str]) -> Path:
    files = {"conf/wparse.toml": "", "conf/wpsrc.toml": sources}
    files |= {f"sink/business.d/{name}.toml": text for name, text in groups.items()}
    files |= {
        f"models/wpl/{name}/sample.dat": f'{name} "line" \\ ü\n{"x" * 600}{name}\n' for name in ("web", "app")
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def drafts_of(tmp_path: Path, sources: str, groups: dict[str, str]) -> list[Draft]:
    (tmp_path / "pyproject.toml").touch()
    return starter_set(project_of(tmp_path / "project", sources, groups), tmp_path)


@pytest.mark.parametrize("shape", SHAPES)
def test_all_of_a_set_pass(tmp_path, shape):
    drafts = drafts_of(tmp_path, *SHAPES[shape])
    assert {draft.name.rpartition("-")[2].partition(".")[0] for draft in drafts} >= {"outage", "kill", "fault"}
    for draft in drafts:
        path = tmp_path / draft.name
        path.write_text(draft.text, encoding="utf-8")
        for loaded in load_file(path):
            for variant in loaded.variants:
                result = run_variant(variant)
                assert (result.outcome, result.findings) == (Outcome.PASSED, ()), result.name


def test_other_sources_get_lines_that_are_the_scenarios_own_and_a_recovery_none(tmp_path):
    texts = {draft.name: draft.text for draft in drafts_of(tmp_path, TWO, {"web": WEB})}
    assert '    "data/in 2/zw: ei.dat":\n      text: "wp_event_id=1000001 ' in texts["a-outage.wptest.yaml"]
    assert "xxx" not in texts["a-outage.wptest.yaml"]
    assert "zw: ei.dat" not in texts["a-resume.wptest.yaml"]


def test_sinks_of_the_usual_phases_keep_them_where_real_programs_could_play_it(tmp_path):
    """All `test_rescue` sinks of these have the same phases, once."""
    texts = {draft.name: draft.text for draft in drafts_of(tmp_path, ONE, {"web": WEB, "app": APP})}
    assert "phases: {a: [up 2s, down 2s]} " in texts["a-outage.wptest.yaml"]
    assert "phases" not in texts["a-resume.wptest.yaml"]
    assert "phases: {a: [up 2s, down 60s], b: [up 1h]}\n" in texts["a-kill.wptest.yaml"]


class TestItsDirectory:
    def test_it_is_made_where_there_is_none(self, tmp_path):
        done = CliRunner().invoke(wptest, ["new", "mine", "--into", str(tmp_path / "a/b")], standalone_mode=False)
        assert done.exception is None
        assert [path.name for path in (tmp_path / "a/b").iterdir()] == ["mine.wptest.yaml"]

    def test_none_is_left_where_nothing_could_be_written(self, tmp_path):
        (tmp_path / "file").touch()
        into = str(tmp_path / "file/b")
        done = CliRunner().invoke(wptest, ["new", "mine", "--into", into], standalone_mode=False)
        assert "can't write" in str(done.exception)
        done = CliRunner().invoke(wptest, ["new", "mine", "--into", str(tmp_path / "file")], standalone_mode=False)
        assert "is no directory" in str(done.exception)
        done = CliRunner().invoke(
            wptest,
            ["new", "--project", str(tmp_path / "none"), "--into", str(tmp_path / "x/y")],
            standalone_mode=False,
        )
        assert done.exception is not None
        assert not (tmp_path / "x").exists()
