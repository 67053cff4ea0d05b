"""`python -m tests.recordings DIR [--programs] [--json FILE]`: what real programs did, held against ours.

The engine plays a case once: it does the same each time. Our programs are processes on a machine with others, so
they play a case that differs up to three times, as often as the real ones did, and it is told which play agreed.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from engine.behaviour.profile import behaviour_of
from engine.text.mistake import Mistake
from tests.recordings import DATA, engine_player, program_player
from wptest.recordings.case import Case
from wptest.recordings.comparing import Difference, disagreements
from wptest.recordings.played import PlayedCase, UnplayableError
from wptest.recordings.whole_cases import NoCaseError, whole_and_broken

PROFILE = "wp-motor-1.17"
EXIT_USAGE = 4
_MOST_SHOWN = 4
_PLAYS = 3  # as often as the real programs played each case


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one case: how it differs in its last play, of `plays`, or why it could not be played.

    Attributes:
        no_case: what is wrong with it, a line each, where it is no whole one.
        doubts: why a difference proves nothing, where it differs.
        project: why its project can't be loaded, where it differs: programs that end at once then do so by that.
    """

    case: str
    title: str
    differences: tuple[Difference, ...] = ()
    unplayed: str = ""
    no_case: str = ""
    project: str = ""
    doubts: tuple[str, ...] = ()
    broken: str = field(default="", compare=False)
    plays: int = 1

    @property
    def agrees(self) -> bool:
        """Whether ours did what the real programs did."""
        return not (self.differences or self.unplayed or self.no_case or self.broken)

    @property
    def word(self) -> str:
        """The verdict in one word."""
        if self.no_case:
            return "no case"
        if self.unplayed:
            return "not played"
        if self.broken:
            return "BROKEN"
        differs = "can't tell" if self.doubts else "DIFFERS"
        return differs if self.differences else "agrees"


def judged(
    case: Case, play: Callable[[Case, str], PlayedCase], behaviour: str = PROFILE, plays: int = 1
) -> Verdict:
    """Play one case and compare; again when it differs, so many times in all."""
    for number in range(1, plays + 1):
        verdict = replace(_judged(case, play, behaviour), plays=number)
        if not verdict.differences or verdict.doubts:
            break
    return verdict


def _judged(case: Case, play: Callable[[Case, str], PlayedCase], behaviour: str) -> Verdict:
    try:
        found = tuple(disagreements(case, play(case, behaviour)))
    except UnplayableError as error:
        return Verdict(case.name, case.title, unplayed=str(error))
    except Exception as error:  # noqa: BLE001 - an error of ours in one case is no reason to hide the others
        return Verdict(case.name, case.title, broken="".join(traceback.format_exception_only(error)).strip())
    if not found:
        return Verdict(case.name, case.title)
    return Verdict(case.name, case.title, found, project=engine_player.why_unloaded(case), doubts=case.doubts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the cases, print the table; 0 when none differs, 1 when one does, 4 for wrong usage or a broken case."""
    options = _parser().parse_args(arguments)
    try:
        behaviour_of([options.behaviour])
        cases = [case for path in options.paths for case in whole_and_broken(path)]
    except (NoCaseError, Mistake) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    cases = [case for case in cases if options.only in case.name]
    play, plays = (program_player.play, _PLAYS) if options.programs else (engine_player.play, 1)
    verdicts = []
    for case in cases:
        if isinstance(case, NoCaseError):
            verdict = Verdict(case.name, "", no_case=str(case))
        else:
            verdict = judged(case, play, options.behaviour, plays)
        verdicts.append(verdict)
        _show(verdict, whole=options.verbose)
    agreed = sum(verdict.agrees for verdict in verdicts)
    later = sum(verdict.agrees and verdict.plays > 1 for verdict in verdicts)
    sys.stdout.write(
        f"{agreed} of {len(verdicts)} agree{f', {later} of them when played again' if later else ''}\n"
    )
    if options.json is not None:
        told = [asdict(verdict) | {"verdict": verdict.word} for verdict in verdicts]
        options.json.write_text(json.dumps({"agree": agreed, "of": len(verdicts), "cases": told}, indent=1) + "\n")
    if any(verdict.no_case for verdict in verdicts):
        return EXIT_USAGE
    return 0 if all(verdict.agrees or verdict.word == "can't tell" for verdict in verdicts) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.recordings", description=__doc__)
    parser.add_argument("paths", metavar="DIR", nargs="*", type=Path, default=[DATA], help="folders of recordings")
    parser.add_argument(
        "--programs", action="store_true", help="play them with our programs as real processes, up to three times"
    )
    parser.add_argument("--behaviour", default=PROFILE, help=f"the behaviour to play them with ({PROFILE})")
    parser.add_argument("--only", default="", help="cases with this in their name")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the verdicts as JSON")
    parser.add_argument("-v", "--verbose", action="store_true", help="every difference, not the first ones")
    return parser


def _show(verdict: Verdict, *, whole: bool) -> None:
    again = f"play {verdict.plays}" if verdict.plays > 1 else ""
    reason = verdict.unplayed or verdict.broken or again
    sys.stdout.write(f"{verdict.word:10}  {verdict.case}{f': {reason}' if reason else ''}\n")
    for doubt in verdict.doubts[:_MOST_SHOWN]:
        sys.stdout.write(f"            {doubt}\n")
    shown = verdict.differences if whole else verdict.differences[:_MOST_SHOWN]
    for difference in shown:
        sys.stdout.write(f"            {difference}\n")
    if len(shown) < len(verdict.differences):
        sys.stdout.write(f"            and {len(verdict.differences) - len(shown)} more\n")
    for line in [*verdict.no_case.splitlines(), *verdict.project.splitlines()[:_MOST_SHOWN]]:
        sys.stdout.write(f"            {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
