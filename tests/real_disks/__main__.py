"""`python -m tests.real_disks NAME ...`: what power losses leave on real file systems, and what profiles allow.

Root has to start it. Without a name it tries every file system. Whatever ends it, it leaves nothing mounted, and no
device.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from random import Random

from engine.storage.profiles import PROFILES
from tests.real_disks.comparison import Found, Verdict
from tests.real_disks.crash_rig import CrashRig
from tests.real_disks.engine_histories import engine_histories
from tests.real_disks.file_systems import FILE_SYSTEMS
from tests.real_disks.histories import HISTORIES, History, drawn
from tests.real_disks.mounts import be_alone, die_with_parent, mount, unmount

_ENDINGS = ("unmount", "commit")
_MOST_SHOWN = 40

_Left = tuple[str, int, list[Found]]  # of a history, how many images were mounted, and what was found on them


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.real_disks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="file systems: " + ", ".join(FILE_SYSTEMS))
    parser.add_argument(
        "--only", default="", metavar="WORDS", help="histories by hand that have these in their name"
    )
    parser.add_argument("--drawn", default="", metavar="A-B", help="histories that these seeds draw instead")
    parser.add_argument("--engine", action="store_true", help="what the engine's programs do instead")
    parser.add_argument("--images", type=int, default=150, help="at most so many in each of two plays of a history")
    parser.add_argument(
        "--rigs", type=int, default=4, help="share a file system's histories among so many (%(default)s)"
    )
    parser.add_argument("--as", dest="profile", choices=PROFILES, help="the profile that is to allow it")
    parser.add_argument("--json", action="store_true", help="say what came of it as JSON, a line for each")
    asked = parser.parse_args()
    be_alone()
    histories = _histories(asked.only, asked.drawn, engine=asked.engine)
    beyond = False
    for name in asked.names or FILE_SYSTEMS:
        verdict = Verdict(asked.profile or FILE_SYSTEMS[name].profile)
        for history, images, found in _left_on(name, histories, asked.images, asked.rigs):
            verdict.add(history, histories[history], images, found)
        beyond = beyond or bool(verdict.beyond)
        _tell(name, verdict, as_json=asked.json)
    return int(beyond)


def _histories(only: str, seeds: str, *, engine: bool) -> Mapping[str, History]:
    if engine:
        return engine_histories()
    if seeds:
        first, last = map(int, seeds.split("-"))
        return {f"drawn {seed}": drawn(seed) for seed in range(first, last)}
    return {name: history for name, history in HISTORIES.items() if only in name}


def _left_on(name: str, histories: Mapping[str, History], most: int, rigs: int) -> list[_Left]:
    """What is left of each history, by several rigs at once: most of the time they wait for mounts.

    Each is a process: what one of them has open would for a moment be open in what another one starts, and then
    nothing can be unmounted.
    """
    shares = [{each: histories[each] for each in [*histories][number::rigs]} for number in range(rigs)]
    with ProcessPoolExecutor(rigs, get_context("fork"), die_with_parent) as pool:
        done = pool.map(partial(_left_on_one, name, most), filter(None, shares))
        return sorted(chain.from_iterable(done), key=lambda left: [*histories].index(left[0]))


def _left_on_one(name: str, most: int, histories: Mapping[str, History]) -> list[_Left]:
    left = []
    with _scratch() as directory:
        rig = CrashRig(FILE_SYSTEMS[name], directory, most)
        with rig.running():
            for each, history in histories.items():
                before, chance = rig.images, Random(each)
                seen = [found for ending in _ENDINGS for found in rig.left_by(history, ending, chance)]
                left.append(
                    (each, rig.images - before, [(at.after, at.within, list(at.trees.items())) for at in seen])
                )
    return left


def _tell(name: str, verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"name": name, **verdict.as_data()}), flush=True)  # noqa: T201
        return
    print(f"{name}: {verdict}", flush=True)  # noqa: T201
    for what, times in verdict.beyond.most_common(_MOST_SHOWN):
        print(f"    {times} times {what}", flush=True)  # noqa: T201


@contextmanager
def _scratch() -> Iterator[Path]:
    """A place in memory, which goes with this process."""
    with tempfile.TemporaryDirectory(prefix="real-disks-") as directory:
        mount("none", Path(directory), "tmpfs")
        try:
            yield Path(directory)
        finally:
            unmount(Path(directory))


if __name__ == "__main__":
    sys.exit(main())
