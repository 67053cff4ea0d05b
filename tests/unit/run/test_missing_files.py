"""A project of today's layout in which files are missing that real versions need: what they were seen to do."""

from __future__ import annotations

import pytest
from project_tree import write
from scenario_bench import scenario

from engine.behaviour.profile import behaviour_of
from engine.programs.command import parse_arguments
from engine.programs.warp_parse_lines import in_warp_parse
from wptest.run.running import run_variant
from wptest.run.world import RunOptions

REAL = behaviour_of(["wp-motor-1.17", "miss_record=the_line"])  # of which each line of a miss would be one too many
PARSE = "models/wpl/web/parse.wpl"
SOURCES = "topology/sources/wpsrc.toml"
CONNECTOR = """\
[[connectors]]
id = "{0}"
type = "file"
allow_override = ["file"]
params = {{ base = "data/{0}_dat", fmt = "raw" }}
"""
FILES = {
    "conf/wparse.toml": 'version = "1.0"\n[rescue]\npath = "./data/rescue"\n',
    "conf/wpgen.toml": (
        'version = "1.0"\n[generator]\n[output]\nconnect = "out"\n[logging]\nlevel = "warn"\noutput = "File"\n'
    ),
    "connectors/source.d/in.toml": CONNECTOR.format("in_src"),
    "connectors/sink.d/out.toml": CONNECTOR.format("out"),
    SOURCES: '[[sources]]\nkey = "file_1"\nconnect = "in_src"\nparams = { file = "gen.dat" }\n',
    "topology/sinks/business.d/web.toml": (
        'version = "2.0"\n[sink_group]\nname = "web"\nrule = "/web/*"\n'
        '[[sink_group.sinks]]\nname = "log"\nconnect = "out"\nparams = { file = "web.dat" }\n'
    ),
    PARSE: "package /web { rule line { (chars:msg\\0) } }\n",
    "models/wpl/web/sample.dat": "a line of the web\n",
}
GIVEN = "{source: {lines: 20}}"


@pytest.fixture
def play(tmp_path, variant_of):
    """Runs steps on the project without some of its files, as real programs do."""

    def run(steps, *without, behaviour=REAL):
        write(tmp_path / "p", FILES | dict.fromkeys(without))
        variant = variant_of(scenario("".join(f"  - run: {each}\n" for each in steps), "{}", GIVEN, "p"))
        worlds = []
        result = run_variant(variant, RunOptions(behaviour=behaviour), prepare=worlds.append)
        broken = [each.message for each in result.findings if each.outcome.value == "failed"]
        codes = {event.process: event.fields["code"] for event in result.events if event.kind == "program.exited"}
        said = [str(event.fields["line"]) for event in result.events if event.kind == "program.output"]
        arrived = {target: each.delivered for target, each in worlds[0].ledger.accounts().items() if each.delivered}
        return codes, arrived, said, broken

    return run


def test_with_all_of_them_the_lines_arrive(play):
    codes, arrived, _, broken = play(["wparse batch"])
    assert (codes, arrived, broken) == ({"wparse": 0}, {"data/out_dat/web.dat": 20}, [])


class TestWithoutWplFiles:
    def test_no_line_is_of_a_rule(self, play):
        codes, arrived, _, broken = play(["wparse batch"], PARSE)
        assert (codes["wparse"], broken) == (0, [])
        assert "data/out_dat/web.dat" not in arrived
        assert arrived == {"data/out_dat/miss.dat": 20}

    def test_no_sample_is_needed_for_that(self, play):
        _, arrived, _, broken = play(["wparse batch"], PARSE, "models/wpl/web/sample.dat")
        assert (arrived, broken) == ({"data/out_dat/miss.dat": 20}, [])

    def test_a_check_has_nothing_against_it(self, play):
        codes, _, said, _ = play(["wproj check"], PARSE)
        assert codes == {"wproj": 0}
        assert "WPL models: 1/1 passed" in said

    def test_on_the_reference_a_sample_is_of_its_package(self, play):
        _, arrived, _, broken = play(["wparse batch"], PARSE, behaviour=behaviour_of([]))
        assert (arrived, broken) == ({"data/out_dat/web.dat": 20}, [])


class TestWithoutSources:
    @pytest.mark.parametrize("command", ["wparse batch", "wproj check", "wproj data clean"])
    def test_what_needs_them_ends_with_44(self, play, command):
        codes, arrived, said, _ = play([command], SOURCES)
        assert (set(codes.values()), arrived) == ({44}, {})
        assert any("wpsrc.toml does not exist: WarpParse refuses" in line for line in said)

    @pytest.mark.parametrize("command", ["wprescue batch", "wproj data validate", "wproj rescue stat"])
    def test_what_needs_none_goes_on(self, play, command):
        codes, *_ = play([command], SOURCES)
        assert set(codes.values()) == {0}

    def test_counting_says_that_there_are_none(self, play):
        codes, _, said, _ = play(["wproj data stat"], SOURCES)
        assert codes == {"wproj": 0}
        assert said[:2] == [
            "== Sources ==",
            "no file sources found: missing topology/sources/wpsrc.toml or no enabled entries",
        ]


class TestWithoutWhatMakesInput:
    def test_wpgen_has_nothing_to_go_by(self, play):
        codes, _, said, _ = play(["wpgen sample -n 3"], "conf/wpgen.toml")
        assert codes == {"wpgen": 1}
        assert "conf/wpgen.toml: the file does not exist" in said

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            ("wpgen sample -n 3", 1),
            ("wpgen sample -n 3 --wpl models", 1),
            ("wpgen rule -n 3", 1),
            ("wpgen data clean", 0),
        ],
    )
    def test_nor_without_a_sample_or_a_rule_for_it(self, play, command, code):
        codes, *_ = play([command], "models/wpl/web/sample.dat")
        assert codes == {"wpgen": code}

    def test_another_file_that_is_not_there_is_none(self, play):
        assert play(["wpgen sample -c none.toml"])[0] == {"wpgen": 1}
        assert play(["wpgen data clean -c none.toml"])[0] == {"wpgen": 0}

    def test_on_the_reference_samples_do(self, play):
        for command in ("wpgen sample -n 3", "wpgen rule -n 3"):
            assert play([command], "conf/wpgen.toml", behaviour=behaviour_of([]))[0] == {"wpgen": 0}


class TestLinesAsRealOnesTakeThem:
    def test_no_line_is_read_where_none_is_asked_for(self, play):
        _, arrived, *_ = play(["wparse batch -n 0"])
        assert arrived == {}

    def test_sources_are_looked_at(self, play):
        _, _, said, _ = play(["wproj data check"])
        assert said == ["data source check ok! enabled: 1"]

    def test_a_check_of_a_part_skips_the_others(self, play):
        codes, _, said, _ = play(["wproj check --what wpl,nothing"])
        assert codes == {"wproj": 0}
        assert said[1:8] == [
            "Project check completed (1 project)",
            "Config: skipped",
            "Connectors: skipped",
            "Sources: skipped",
            "Sinks: skipped",
            "WPL models: 1/1 passed",
            "OML models: skipped",
        ]
        assert [line for line in said if line.startswith("│ . /")] == ["│ . / WPL  ┆ Models ┆ ok   ┆ ✓      │"]

    def test_of_no_part_it_is_refused(self, play):
        codes, _, said, _ = play(["wproj check --what nothing"])
        assert (codes, said[-1]) == ({"wproj": 44}, "exit code: 300")


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["batch", "-pn2"], {"print_stat": True, "count": 2}),
        (["batch", "-n2", "-q"], {"count": 2}),
        (["-q", "batch", "--max-line=2"], {"count": 2}),
        (["batch", "-pS", "1"], {"print_stat": True}),
    ],
)
def test_short_options_may_stand_together_and_wparse_be_quiet(arguments, options):
    assert parse_arguments("wparse", arguments, in_warp_parse("wparse")).options == options
