"""`python -m mutants --seed N --count K`: who notices when the engine is changed at random?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from math import sqrt
from pathlib import Path

from mutants.drawing import draw
from mutants.equivalent import LIST, Equivalents
from mutants.mutant import Mutant
from mutants.reach import NotSoundError
from mutants.stages import STAGES, TOGETHER
from mutants.trial import Trial, Verdict
from wptest.console.interrupt import Interrupted, give_up, listen
from wptest.subject.scratch import scratch

_ROOT = Path(__file__).parents[1]
_PACKAGES = sorted(path.name for path in (_ROOT / "engine").iterdir() if (path / "__init__.py").exists())


def main() -> int:
    """Try mutants and print what became of them; it says how many survive, and judges nothing."""
    arguments = _arguments()
    verdicts: list[Verdict] = []
    listen()
    known: list[Mutant] = []
    equivalents = Equivalents(LIST.read_bytes())
    try:
        drawn = draw(_ROOT, arguments.only or ["."], arguments.seed, arguments.count)
        known = [each for each in drawn if equivalents.why(each)]
        mutants = [each for each in drawn if each not in known]
        _say(f"{len(known)} of {len(drawn)} are known to change nothing")
        with scratch() as place:
            trial = Trial(_ROOT, place, [name for name in STAGES if name in arguments.stages], arguments.workers)
            for verdict in trial.verdicts(mutants):
                verdicts.append(verdict)
                told = f"killed by {verdict.stage}" if verdict.stage else "survived"
                _say(f"{len(verdicts)}/{len(mutants)} {verdict.mutant.place}: {told}, {verdict.seconds:.0f} s")
                if not verdict.stage:
                    print(f"survived: {verdict.mutant.place}\n{verdict.mutant.diff}\n", flush=True)
    except Interrupted as interrupted:
        return 128 + interrupted.number
    except NotSoundError as error:
        _say(str(error))
        return 1
    finally:
        for each in known:
            print(f"changes nothing: {each.place}: {equivalents.why(each)}\n")
        _tell(verdicts, [name for name in STAGES if name in arguments.stages])
        give_up()
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _tell(verdicts: Sequence[Verdict], stages: Sequence[str]) -> None:
    """What share of all each stage killed, and those that say as much as one."""
    killed = 0
    for stage in stages:
        here = sum(verdict.stage == stage for verdict in verdicts)
        tried, killed = len(verdicts) - killed, killed + here
        if verdicts:
            print(f"{stage:12}killed {here:3} of {tried:3}, {killed / len(verdicts):4.0%} with those before")
    for what, together in TOGETHER.items():
        if verdicts and not {*together}.isdisjoint(stages):
            share = sum(verdict.stage in together for verdict in verdicts) / len(verdicts)
            print(f"{what}: {share:.0%} of {len(verdicts)}, {_surely(share, len(verdicts))}")


def _surely(share: float, count: int) -> str:
    """Where the share of all mutants lies that there are, by what was drawn: Wilson's interval."""
    z = 1.96  # for 95 %
    middle = (share + z * z / 2 / count) / (1 + z * z / count)
    around = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + (z / 2 / count) ** 2)
    return f"95 % sure between {middle - around:.0%} and {middle + around:.0%}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutants", description="Try random mutants of the engine.")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which ones are drawn (default: 0)")
    parser.add_argument("--count", type=int, default=20, metavar="K", help="how many (default: 20)")
    parser.add_argument("--only", action="append", choices=_PACKAGES, help="of this package; may be repeated")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES), help="what is to kill them")
    parser.add_argument("-n", "--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="at a time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
