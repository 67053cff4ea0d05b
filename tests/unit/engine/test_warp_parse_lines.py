"""Command lines as WarpParse 0.18 takes them: what its programs were seen to take and to refuse."""

from __future__ import annotations

import pytest

from engine.behaviour.profile import behaviour_of
from engine.programs.command import parse_arguments, parse_command
from engine.programs.program_specs import PROGRAMS
from engine.programs.warp_parse_lines import in_warp_parse, why_refused
from engine.text.mistake import Mistake
from wptest.subject.fewer_modes import in_its_modes

# The exit code of each was 2, where it is refused.
REFUSED = [
    ("wproj rescue unlock", "unknown mode 'rescue' of wproj"),
    ("wproj stat file", "unknown mode 'stat' of wproj"),
    ("wproj validate sink-file", "unknown mode 'validate' of wproj"),
    ("wproj data validate sink-file", "has no option 'sink-file'"),
    ("wproj data validate -v", "has no option '-v'"),
    ("wproj data validate --json", "has no option '--json'"),
    ("wproj data stat -v", "has no option '-v'"),
    ("wproj rescue stat -v", "has no option '-v'"),
    ("wproj data stat --json=1", "takes no value"),
    ("wpgen sample --robust debug", "has no option '--robust'"),
    ("wpgen conf check -c x", "has no option '-c'"),
    ("wparse batch --stat 1 --stat 2", "is given twice"),
    ("wparse batch -w .", "takes a whole number"),
]
TAKEN = [
    "wparse batch -n 5 --work-root here -w 2 -S 1 -s 1 -m p --log-profile dev -p --robust debug --stat 1 --wpl x",
    "wparse deamon --max-line 5 --parse-workers 2 --check-stop 1 --check-continue 1 --mode p --print_stat",
    "wpgen sample -w here -c a.toml -n 5 -s 0 --stat 1 -p --wpl x",
    "wpgen rule --conf-name a.toml",
    "wpgen data clean -c a.toml --local",
    "wproj -q data stat",
    "wproj data stat -q --group a --group b --sink c --sink d --path-like x --json",
    "wproj data validate --input-cnt 5",
    "wproj rescue stat -r data/rescue -d --json --csv",
    "wproj init --mode topology",
]


def taken(text):
    program, *arguments = text.split()
    return parse_arguments(program, arguments, in_warp_parse(program))


@pytest.mark.parametrize(("line", "why"), REFUSED)
def test_what_it_refuses_is_refused(line, why):
    with pytest.raises(Mistake) as refused:
        taken(line)
    assert why in str(refused.value)


@pytest.mark.parametrize("line", TAKEN)
def test_what_it_takes_is_taken(line):
    assert taken(line)


@pytest.mark.parametrize("program", PROGRAMS)
def test_all_of_it_is_part_of_ours(program):
    ours, theirs = PROGRAMS[program], in_warp_parse(program)
    assert set(theirs.modes) <= set(ours.modes)
    for mode in theirs.modes:
        assert theirs.options_of(mode).items() - {**ours.options_of(mode)}.items() <= {
            (flag, ("work_root", "path")) for flag in ("-w", "--work-root")
        }


class TestInAScenario:
    PROFILE = behaviour_of(["wp-motor-1.17"])

    @pytest.mark.parametrize(
        ("line", "there"),
        [
            ("wproj stat file --json", "wproj data stat --json"),
            ("wproj validate sink-file -v", "wproj data validate"),
            ("wprescue work", "wprescue batch"),
            ("wproj rescue unlock", "wproj rescue unlock"),
        ],
    )
    def test_a_mode_has_the_name_that_it_has_there(self, line, there):
        command = in_its_modes(self.PROFILE, parse_command(line))
        assert (command.text, command.mode) == (there, there.partition(" ")[2].removesuffix(" --json"))

    def test_what_is_not_there_is_refused(self):
        assert "unknown mode 'rescue'" in why_refused(parse_command("wproj rescue unlock"))
        assert not why_refused(parse_command("wproj data clean"))

    def test_the_reference_has_them_all(self):
        command = parse_command("wproj validate sink-file -v")
        assert in_its_modes(behaviour_of([]), command) is command
