"""A campaign: what came of each task is kept in a directory, so that it needn't be done again.

Tasks are numbered in the order in which they are given, which is the same for the same scenarios and options. The
directory has two files: `campaign.json` says what the campaign is of, and `answers` is an `AnswerLog`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from engine.text.mistake import reason_of
from wptest.console.interrupt import undisturbed
from wptest.console.pools.answer_log import AnswerLog
from wptest.kept.whole_file import write_whole
from wptest.pool.pool_port import Pending, Pool, PoolTask

_Answer = TypeVar("_Answer")

CAMPAIGN_FORMAT: Final = 1
_ABOUT, _ANSWERS = "campaign.json", "answers"


class Campaign(Pool):
    """Keeps what comes of another pool's tasks in a directory; what is there already isn't done again.

    Args:
        pool: who does them.
        directory: is made where there is none.
        about: what the campaign is of; a directory of another one is refused.
        resumed: whether it goes on with one.

    Raises:
        click.ClickException: the directory can't be used.
    """

    def __init__(self, pool: Pool, directory: Path, about: Mapping[str, Any], *, resumed: bool) -> None:
        super().__init__()
        self._pool = pool
        self._number = 0
        self._given: dict[int, _Kept[Any]] = {}
        try:
            kept = _begun(directory, {"ahead": pool.ahead, "batch": pool.batch}, about, resumed=resumed)
            self._log = AnswerLog(directory / _ANSWERS)
        except OSError as error:
            raise click.ClickException(f"the campaign can't be kept in {directory}: {reason_of(error)}") from None
        # Tasks have the same numbers only if as many of them are begun ahead, whoever does them.
        self.ahead, self.batch = kept["ahead"], kept["batch"]

    @property
    def known(self) -> int:
        """How many answers were there when it began."""
        return len(self._log)

    def give(self, task: PoolTask[_Answer], near: Pending[Any] | None = None) -> Pending[_Answer]:
        """See `Pool`."""
        number, self._number = self._number, self._number + 1
        if number in self._log:
            self.ended()
            return _Known(self._log, number)
        self._pool.ended = self.ended
        pending = self._pool.give(task, near.pending if isinstance(near, _Kept) else None)
        kept = _Kept(self, number, pending)
        self._given[number] = kept
        return kept

    def keep(self, number: int, answer: object) -> None:
        """Write an answer down."""
        with undisturbed():
            self._given.pop(number, None)
            self._log.add(number, answer)

    def end(self) -> None:
        """See `Pool`; what is done and nobody has asked for is kept as well."""
        for kept in list(self._given.values()):
            if kept.is_done:
                with suppress(Exception):  # whoever does it again will hear of that
                    kept.answer()
        self._pool.end()
        self._log.close()


class _Known(Pending[_Answer]):
    is_done = True

    def __init__(self, log: AnswerLog, number: int) -> None:
        self._log = log
        self._number = number

    def answer(self) -> _Answer:
        """See `Pending`."""
        answer: _Answer = self._log[self._number]
        return answer


class _Kept(Pending[_Answer]):
    """A task of the pool, whose answer is kept before anybody hears of it."""

    def __init__(self, campaign: Campaign, number: int, pending: Pending[_Answer]) -> None:
        self.pending = pending
        self._number = number
        self._campaign = campaign

    @property
    def is_done(self) -> bool:
        """See `Pending`."""
        return self.pending.is_done

    def drop(self) -> None:
        """See `Pending`."""
        self.pending.drop()

    def answer(self) -> _Answer:
        """See `Pending`."""
        answer = self.pending.answer()
        self._campaign.keep(self._number, answer)
        return answer


def _begun(
    directory: Path, pace: Mapping[str, int], about: Mapping[str, Any], *, resumed: bool
) -> Mapping[str, Any]:
    """What `campaign.json` says, which is written where the campaign is new."""
    path = directory / _ABOUT
    if not resumed:
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise click.ClickException(f"{directory} isn't empty: --resume {directory} goes on with a campaign")
        begun = {"format": CAMPAIGN_FORMAT, **pace, "about": about}
        write_whole(path, json.dumps(begun, indent=2) + "\n")
        return begun
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        told = kept["format"], kept["about"]
    except FileNotFoundError:
        raise click.ClickException(
            f"{directory} has no {_ABOUT}: --campaign {directory} begins a campaign"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise click.ClickException(f"{path} is none of ours") from None
    if told != (CAMPAIGN_FORMAT, about):
        raise click.ClickException(f"{directory} has another campaign: {_differing(told, about)}")
    return kept


def _differing(told: tuple[Any, Any], about: Mapping[str, Any]) -> str:
    """The first thing that another campaign has otherwise."""
    kept_format, kept = told
    if kept_format != CAMPAIGN_FORMAT or not isinstance(kept, dict):
        return f"its format is {kept_format}, and this is {CAMPAIGN_FORMAT}"
    for name, value in about.items():
        if kept.get(name) != value:
            return f"{name} was {_shown(kept.get(name))}, and now is {_shown(value)}"
    return "it says more than this one"


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
