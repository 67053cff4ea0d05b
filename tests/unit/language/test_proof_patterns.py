"""Patterns that nothing in a scenario can ever match."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.storage.glob import path_pattern
from wptest.scenario.proof.overlap import overlap, path_parts, text_parts
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code

FILE = "data/rescue/access_log-2025-10-04_01:59:24.dat"
HEAD = f"scenario: s\nproject: {{sinks: {{access_log: {{}}}}}}\ngiven: {{files: {{'{FILE}': {{lines: 50}}}}}}\n"
WORK = "when:\n  - run: wprescue work\n"


def fault(on, fail="write", errno="EIO"):
    return f"{HEAD}when:\n  - fault: {{on: '{on}', fail: {fail}, errno: {errno}}}\n  - run: wprescue work\n"


class TestFaults:
    @pytest.mark.parametrize(
        ("on", "help_"),
        [
            ("*.dat", "'*' stays within one directory: write **/*.dat"),
            ("access_log.dat", "write **/access_log.dat"),
            ("out_dat/**", "write **/out_dat/**"),
            ("data/out_dat/acess_log.dat", "did you mean 'data/out_dat/access_log.dat'?"),
            ("logs/wprescue.log", "log files are out of reach of faults"),
            ("data/rescue/access_log-2025-10-04_25:*", None),
            ("data/rescue/access_log-2025-13-*.dat", None),
        ],
    )
    def test_a_path_that_no_program_uses_is_a_mistake(self, mistakes, on, help_):
        (told,) = mistakes(fault(on))

        assert (told.code, told.message) == (
            Code.UNREACHED,
            f"'{on}' matches no path that this scenario's programs use",
        )
        assert told.expected == f"the whole of a path like {FILE}"
        assert help_ in (told.help, None)

    @pytest.mark.parametrize(
        "on",
        [
            *(
                "data/out_dat/**",
                "data/rescue/**",
                "**",
                "**/*.dat",
                "data/**/access_log*",
                "data/rescue/recover.lock*",
            ),
            *("data/in_dat/gen.dat", "data/out_dat/miss.dat", "data/rescue/access_log-20??-*_12:*-3.dat.lock"),
            *("data/rescue/.wprescue", "data/rescue/*.quarantine", "**/recover.lock.bad"),
        ],
    )
    def test_what_a_program_may_come_to_use_is_right(self, load, on):
        assert load(fault(on))

    @pytest.mark.parametrize(("on", "written"), [("data/rescue", "data/rescue/**"), ("data/*", "data/*/**")])
    def test_a_directory_is_no_file(self, mistakes, on, written):
        (told,) = mistakes(fault(on, "[write, open]", "ENOSPC"))

        assert told.message == f"'{on}' is a directory, and 'write' and 'open' are about files"
        assert told.help == f"for the files in it write {written}"

    def test_a_file_is_no_directory(self, load, mistakes):
        assert load(fault("data/rescue", "[list, sync_dir]"))
        (told,) = mistakes(fault("data/rescue/*.dat", "list"))
        assert told.message == "'data/rescue/*.dat' matches no directory that this scenario's programs use"

    def test_a_trigger_and_a_step_beside_the_timeline_are_looked_at_as_well(self, mistakes):
        upon = "  - upon: {operation: append, on: data/out/access_log.dat}\n    kill: wprescue\n"
        beside = "meanwhile: [{at: 1s, fault: {on: data/rescued/**, fail: read, slow: 1s}}]\n"

        told = mistakes(f"{HEAD}when:\n  - start: wprescue work\n{upon}{beside}")

        assert [each.code for each in told] == [Code.UNREACHED] * 2

    def test_files_that_the_scenario_writes_count(self, load):
        steps = "  - write: {notes/a.txt: {text: x}}\n  - touch: empty\n  - fault: {on: %s, fail: read, slow: 1s}\n"

        assert load(f"{HEAD}when:\n{steps % 'notes/*'}")
        assert load(f"{HEAD}when:\n{steps % 'empty'}")

    def test_a_project_that_a_program_makes_may_have_any_file(self, load):
        steps = "  - run: wproj init\n  - fault: {on: conf/*.toml, fail: read, slow: 1s}\n"

        assert load(f"{HEAD}when:\n{steps}")


class TestRescueFiles:
    @pytest.mark.parametrize(
        ("pattern", "help_"),
        [
            ("01:59:24", "a pattern is for the whole path: write '*01:59:24.dat'"),
            ("01:59:24.dat", "a pattern is for the whole path: write '*01:59:24.dat'"),
            ("access_log*", "a pattern is for the whole path: write '*access_log*'"),
            (FILE.replace("access", "acess"), f"did you mean '{FILE}'?"),
            ("*25:00:00.dat", None),
            ("*.dat.lock", None),
            (" *.dat", "a pattern is for the whole path: write '*.dat'"),
        ],
    )
    @pytest.mark.parametrize(
        "then", ["replay: {files: ['%s']}", "checkpoint: {'%s': 5}", "metrics: {wprescue: {pick_stat: {'%s': {}}}}"]
    )
    def test_a_pattern_that_no_rescue_file_has_is_a_mistake(self, mistakes, then, pattern, help_):
        (told,) = mistakes(f"{HEAD}{WORK}then: {{{then % pattern}}}\n")

        assert told.code is Code.UNREACHED
        assert f"matches '{pattern}'" in told.message
        assert told.expected == f"a pattern of a path like {FILE}"
        assert (told.help or "").startswith(help_ or "")

    @pytest.mark.parametrize("pattern", ["*01:59:24.dat", "*", FILE, "*access_log-2030-*", "*_sink-*-12.dat"])
    def test_a_pattern_that_one_can_come_to_have_is_right(self, load, pattern):
        assert load(f"{HEAD}{WORK}then: {{replay: {{files: '{pattern}'}}, checkpoint: {{'{pattern}': 1}}}}\n")

    def test_a_file_of_a_sink_that_there_is_not_is_never_replayed(self, mistakes):
        ghost = HEAD.replace("access_log-", "ghost-")

        told = mistakes(f"{ghost}{WORK}then: {{replay: {{files: '*ghost-*'}}, exit: {{wprescue: 3}}}}\n")

        assert [each.code for each in told] == [Code.UNREACHED]

    def test_figures_are_of_sinks_by_their_names(self, mistakes):
        then = "then: {metrics: {wprescue: {sink_stat: {acces_log: {total: 1}, 'acc*': {total: 1}}}}}\n"

        (told,) = mistakes(HEAD + WORK + then)

        assert told.message == "no sink's name matches 'acces_log'"
        assert told.help == "did you mean 'access_log'?"

    def test_the_input_is_read_too(self, load):
        figures = "{pick_stat: {'*gen.dat': {total: 0}}}"

        assert load(f"{HEAD}when: [{{run: wparse batch}}]\nthen: {{metrics: {{wparse: {figures}}}}}\n")


class TestPatternsOfLines:
    LINES = "scenario: s\nproject: {groups: {g: {rule: /a, sinks: {x: {}}}}}\nwhen: [{run: wparse batch}]\n"

    def test_they_are_for_lines_that_the_scenario_writes(self, mistakes):
        (told,) = mistakes(self.LINES + "given: {source: {lines: 5, patterns: {/a: '*GET*'}}}\n")

        assert told.message == "patterns are for lines that the scenario writes itself, and it writes none"

    def test_one_of_those_has_to_match(self, mistakes, load):
        files = 'files: {data/in_dat/gen.dat: {text: "GET /a\\nPUT /b\\n"}}'
        given = f"given: {{source: {{patterns: {{/a: '%s'}}}}, {files}}}\n"

        assert load(self.LINES + given % "*PUT*")
        (told,) = mistakes(self.LINES + given % "PUT")
        assert told.help == "a pattern is for the whole line: write '*PUT*'"
        (told,) = mistakes(self.LINES + given % "*POST*")
        assert told.help == "its first line is: GET /a"


PIECES = st.lists(st.sampled_from(["a", "b", "/", "*", "**", "?", "**/"]), max_size=5).map("".join)
TEXTS = st.lists(st.sampled_from(["a", "b", "/"]), max_size=5).map("".join)


@settings(max_examples=150, deadline=None)
@given(one=PIECES, text=TEXTS)
def test_a_pattern_overlaps_with_what_it_matches(one, text):
    plain = text_parts(text)

    assert overlap(text_parts(one), plain) == Glob(one).matches(text)
    fits = path_pattern(one).fullmatch(text) is not None
    assert any(overlap(parts, plain) for parts in path_parts(one)) == fits


@settings(max_examples=150, deadline=None)
@given(one=PIECES, other=PIECES, text=TEXTS)
def test_two_patterns_that_match_one_text_overlap(one, other, text):
    both = Glob(one).matches(text) and path_pattern(other).fullmatch(text) is not None

    assert not both or any(overlap(text_parts(one), parts) for parts in path_parts(other))
