"""The parts of a program as a real process, without a process."""

from __future__ import annotations

import pytest

from engine.kernel import Event, Scheduler, Trace, WallClock
from engine.programs.command import parse_arguments, parse_command
from engine.programs.figures import SUM, FigureTables
from engine.text.mistake import Mistake
from engine.units import SECOND


class TestArguments:
    def test_w_is_a_place_to_work_or_workers(self):
        assert parse_arguments("wparse", ["daemon", "-w", "a place"]).options == {"work_root": "a place"}
        command = parse_arguments("wparse", ["daemon", "-w", "4"])
        assert (dict(command.options), command.ignored) == ({}, ("-w",))

    def test_w_of_the_others_is_a_place_whatever_it_is_called(self):
        assert parse_arguments("wpgen", ["sample", "-w", "4"]).options == {"work_root": "4"}

    def test_a_scenario_says_nowhere_to_work(self):
        with pytest.raises(Mistake, match="has no option '--work-root'"):
            parse_command("wparse daemon --work-root x")

    def test_options_without_effect_are_kept_apart(self):
        command = parse_command("wparse batch -m p -n 7 --wpl models/wpl")
        assert (dict(command.options), command.ignored) == ({"count": 7}, ("-m", "--wpl"))

    def test_the_mode_comes_first(self):
        with pytest.raises(Mistake, match="one of: daemon, batch, and options come after it"):
            parse_command("wparse --stat 1 daemon")

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("wproj rescue stta data/rescue/nginx/a.dat", "did you mean 'rescue stat'?"),
            ("wproj data sttat x", "did you mean 'data stat'?"),
            ("wprescue daemn work", "did you mean 'daemon'?"),
            ("wparse work", "did you mean 'batch'? It works until the end of the input"),
            ("wparse wrok x", "daemon works until a signal, batch works until the end of the input"),
        ],
    )
    def test_a_mode_is_meant_by_its_first_words(self, text, meant):
        with pytest.raises(Mistake, match="unknown mode") as told:
            parse_command(text)
        program, word, *_ = text.split()
        assert (told.value.help_, told.value.within) == (meant, (len(program) + 1, len(word)))


class TestFigures:
    @staticmethod
    def shown(*reports):
        """The tables of reports that come a second apart."""
        now, lines = 0, []
        tables = FigureTables(lambda: now, lines.append)
        for title, total in reports:
            now += SECOND
            tables.show(title, [("pick_stat", "in.dat", {"total": total})])
        return [line if line.endswith(":") else line.split()[2:] for line in lines if not line.startswith("stage")]

    def test_an_interval_has_what_is_new_and_the_sum_has_all(self):
        row = ["in.dat", "40", "40", "0", "0", "100.0%"]
        assert self.shown(("interval stat:", 40), ("interval stat:", 80), (SUM, 80)) == [
            "interval stat:",
            [*row, "40/s"],
            "interval stat:",
            [*row, "40/s"],
            SUM,
            ["in.dat", "80", "80", "0", "0", "100.0%", "27/s"],
        ]

    def test_words_stand_flush_left_and_numbers_flush_right(self):
        lines = []
        tables = FigureTables(lambda: 0, lines.append)
        tables.show(SUM, [("a", "in.dat", {"total": 7}), ("a", "a/longer.dat", {"total": 1234567})])
        assert lines == [
            SUM,
            "stage  name  target          total  success  rescued  dropped  suc-rate  speed",
            "a      a     in.dat              7        7        0        0    100.0%      -",
            "a      a     a/longer.dat  1234567  1234567        0        0    100.0%      -",
        ]

    def test_an_interval_without_news_is_left_out(self):
        assert len(self.shown(("interval stat:", 40), ("interval stat:", 40))) == 2


class TestRealTime:
    def test_the_wall_clock_is_the_machines(self):
        times = iter([100, 250])
        wall = WallClock(Scheduler(), 0, lambda: next(times))
        assert [wall.now(), wall.now()] == [100, 250]

    def test_a_trace_that_is_not_hashed_holds_nothing(self):
        trace = Trace(keep=False, hashed=False)
        heard = []
        trace.listen("x", heard.append)
        for number in range(5000):
            trace.emit(Event(number, "p", "x", {}))
            trace.operation(number, "append")
        assert (len(trace.pending), trace.events, len(heard), trace.operations) == (0, [], 5000, 5000)
