"""Steps that change the files of a project directory: a program has the project as it is when it starts."""

from __future__ import annotations

import json

import pytest
from scenario_bench import scenario, told

from wptest.run.project_on_disk import may_change
from wptest.text.scenario_source import InvalidScenario

SINK = 'name = "{name}"\ntype = "file"\nparams = {{ base = "data/out_dat", file = "{file}" }}\n'
GROUP = '[sink_group]\nname = "{group}"\nrule = "/{rule}*"\n[[sink_group.sinks]]\n' + SINK
WEB, APP = "sink/business.d/web.toml", "sink/business.d/app.toml"
CONF = 'rescue_root = "data/rescue"\nspeed_limit = 1000\nrobust = "normal"\n'
TREE = {
    "conf/wparse.toml": CONF,
    WEB: GROUP.format(group="web", rule="web", name="a", file="a.dat"),
    APP: GROUP.format(group="app", rule="app", name="b", file="b.dat"),
    "models/wpl/web/sample.dat": "a line of the web\n",
    "models/wpl/app/sample.dat": "a line of the app\n",
}
FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
GIVEN = f"{{files: {{{FILE}: {{lines: 50}}}}}}"
RECOVER = "  - run: wprescue work\n"
KEEP = "  - copy: {conf/wparse.toml: conf/wparse.old}\n"
BACK = "  - rename: {conf/wparse.old: conf/wparse.toml}\n"
BROKEN = '  - write: {conf/wparse.toml: {text: "speed_limit = [\\n"}}\n'
REFUSED = "  - check: {exit: {wprescue: 44}, rescue: {dat: 1}, ledger: {rescued: 50}}\n"
ALL = "{exit: {wprescue: 0}, rescue: {dat: 0}, sinks: {a: {lines: 50}}}"


def write(path, text):
    return f"  - write: {{{path}: {{text: {json.dumps(text)}}}}}\n"


def read(lines):
    """New input, and a wparse that reads it."""
    return f"  - run: wpgen sample -n {lines}\n  - run: wparse batch\n"


@pytest.fixture
def started(tmp_path, play):
    """Play steps on the directory."""
    for path, text in TREE.items():
        place = tmp_path / "p" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return lambda when, then="{}", given=GIVEN: play(scenario(when, then, given, "p"))


class TestBroken:
    @pytest.mark.parametrize(
        ("breaks", "says"),
        [
            (BROKEN, "conf/wparse.toml:1:16: this is not a TOML value"),
            ("  - remove: conf/wparse.toml\n", "conf/wparse.toml: the file does not exist"),
            (f'  - append: {{{WEB}: {{text: "[[sink_group.sinks]]"}}}}\n', f"{WEB}:8:14: "),
            ('  - chmod: {conf/wparse.toml: "0000"}\n', "conf/wparse.toml: can't be read: permission denied"),
        ],
        ids=["no TOML", "gone", "a sink without a name", "unreadable"],
    )
    def test_a_program_says_what_is_wrong_and_the_backlog_stays(self, started, breaks, says):
        result = started(f"{KEEP}{breaks}{RECOVER}{REFUSED}")
        lines = [str(event.fields["line"]) for event in result.events if event.kind == "program.output"]
        assert [line for line in lines if line.startswith(says)], lines
        assert [name for outcome, name, _ in told(result) if outcome == "failed"] == []

    def test_mended_it_delivers_the_backlog(self, started):
        assert told(started(f"{KEEP}{BROKEN}{RECOVER}{REFUSED}{BACK}{RECOVER}", ALL)) == []

    def test_every_program_ends_so(self, started):
        steps = f"{KEEP}{BROKEN}  - run: wparse batch\n  - run: wproj check\n{BACK}{RECOVER}"
        codes = "{exit: {wparse: 44, wproj: 44, wprescue: 0}, sinks: {a: {lines: 50}}}"
        assert told(started(steps, codes)) == []

    def test_one_that_is_left_broken_loses_nothing(self, started):
        assert told(started(f"{BROKEN}{RECOVER}", "{exit: {wprescue: 44}, ledger: {rescued: 50}}")) == []

    def test_a_file_that_is_given_is_there_from_the_start(self, started):
        given = f'{{files: {{{FILE}: {{lines: 50}}, conf/wparse.toml: {{text: "speed_limit = ["}}}}}}'
        assert told(started(RECOVER, "{exit: {wprescue: 44}, ledger: {rescued: 50}}", given)) == []


class TestOtherProjects:
    def test_a_sink_that_is_renamed_and_named_back(self, started):
        rename = write(WEB, TREE[WEB].replace('name = "a"', 'name = "c"'))
        back = write(WEB, TREE[WEB])
        check = "  - check: {exit: {wprescue: 3}, rescue: {dat: 1}, ledger: {rescued: 50}}\n"
        assert told(started(f"{rename}{RECOVER}{check}{back}{RECOVER}", ALL)) == []

    def test_a_sink_that_is_gone_leaves_its_lines_behind_and_they_are_told(self, started):
        found = told(started(f"  - remove: {WEB}\n{RECOVER}", "{exit: {wprescue: 3}}"))
        assert [(outcome, name) for outcome, name, _ in found] == [("unverified", "nothing_stuck")]

    def test_what_was_read_is_owed_by_the_rules_of_then(self, started):
        swap = write(APP, TREE[APP].replace("/app*", "/other*")) + write(
            WEB, TREE[WEB].replace('"/web*"', '["/web*", "/app*"]')
        )
        then = "{sinks: {a: {lines: 12}, b: {lines: 8}}}"  # a made-up line stands for /other
        assert told(started(f"{read(10)}{swap}{read(10)}", then, "{}")) == []

    def test_rules_that_a_program_had_before_stay_its_own(self, started):
        """The wparse that runs goes by what it has read; who starts after it goes by what is there then."""
        swap = write(WEB, TREE[WEB].replace('"/web*"', '["/web*", "/none*"]')) + f"  - remove: {APP}\n"
        steps = f"  - start: wparse daemon\n  - wait: 100ms\n{swap}{RECOVER}  - wait: idle\n"
        then = "{sinks: {a: {lines: 50}, b: {lines: 50}}, exit: {wprescue: 0}}"
        assert told(started(steps, then, "{source: {lines: 100, rate: 100/s}}")) == []

    def test_a_sink_that_is_new_is_owed_its_lines(self, started):
        more = write(APP, TREE[APP] + "[[sink_group.sinks]]\n" + SINK.format(name="c", file="c.dat"))
        new = write("sink/business.d/new.toml", GROUP.format(group="n", rule="new", name="n", file="n.dat"))
        then = "{ledger: {accepted: 30, delivered: 40}, sinks: {a: {lines: 10}, b: {lines: 10}}}"
        assert told(started(f"{more}{new}{read(30)}", then, "{}")) == []

    def test_samples_that_are_new_are_known(self, started):
        more = write("models/wpl/web/sample.dat", "a line of the web\nanother one\n")
        assert told(started(f"{more}{read(30)}", "{sinks: {a: {lines: 20}, b: {lines: 10}}}", "{}")) == []

    def test_another_speed_counts_from_the_next_start(self, started):
        slow = write("conf/wparse.toml", CONF.replace("1000", "10"))
        assert (
            told(started(f"{slow}{RECOVER}", "{sinks: {a: {lines: 50}}, timing: {wprescue: {at_least: 4s}}}")) == []
        )

    @pytest.mark.parametrize(
        ("change", "what"),
        [
            (
                write(WEB, TREE[WEB].replace("a.dat", "elsewhere.dat")),
                "the sink a wrote to data/out_dat/a.dat, and writes to data/out_dat/elsewhere.dat",
            ),
            (
                write("conf/wparse.toml", CONF.replace("data/rescue", "data/spool")),
                "the rescue root was data/rescue, and is data/spool",
            ),
            (
                write("conf/wpsrc.toml", '[[sources]]\nkey = "i"\ntype = "file"\npath = "data/other.dat"\n'),
                "the input was data/in_dat/gen.dat, and is data/other.dat",
            ),
        ],
        ids=["target", "rescue root", "input"],
    )
    def test_what_the_books_can_not_follow_is_unverified_by_name(self, started, change, what):
        found = told(started(f"{change}{RECOVER}", "{exit: {wprescue: '0'}}"))
        assert {outcome for outcome, _, _ in found} == {"unverified"}
        assert any(what in message for _, _, message in found)


class TestWhereItMatters:
    @pytest.mark.parametrize(
        "step",
        ["remove: conf/wparse.toml", "touch: sink/business.d/x.toml", "rename: {models/wpl/web/sample.dat: x}"],
    )
    def test_files_of_the_project(self, started, variant_of, step):
        assert may_change(variant_of(scenario(f"  - {step}\n{RECOVER}", project="p", given=GIVEN)))

    def test_nothing_is_read_again_where_no_step_touches_them(self, started, variant_of):
        steps = f"  - remove: {FILE}\n  - touch: data/rescue/x\n{RECOVER}"
        assert not may_change(variant_of(scenario(steps, project="p", given=GIVEN)))

    @pytest.mark.parametrize(
        ("step", "place"),
        [
            ('write: {conf/wparse.toml: {text: "x"}}', ":5:13"),
            ("remove: sink/business.d/web.toml", ":5:13"),
            ("rename: {models/wpl/a/sample.dat: x}", ":5:14"),
        ],
    )
    def test_a_project_that_is_written_out_has_none(self, variant_of, step, place):
        with pytest.raises(InvalidScenario) as told_:
            variant_of(scenario(f"  - {step}\n{RECOVER}", given=GIVEN))
        (problem,) = told_.value.diagnostics
        assert f":{problem.line}:{problem.column}" == place
        assert "changes nothing: this project is written out, and has no files" in problem.message
        assert "directory" in problem.help
