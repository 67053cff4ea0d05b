"""A campaign goes on where it was ended, by however many, and comes to the same; others are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from pooled import BROKEN, EXPLORED, told

from wptest.console.pools.answer_log import AnswerLog
from wptest.console.pools.campaign import Campaign
from wptest.console.pools.process_pool import ProcessPool
from wptest.explore.exploration import Exploration, nobody


class Enough(KeyboardInterrupt):
    pass


def interrupting(after: int) -> Callable[[Exploration], None]:
    def watch(done: Exploration) -> None:
        if done.kind == "errors" and done.run == after:
            raise Enough

    return watch


@pytest.mark.slow
def test_an_interrupted_campaign_goes_on_and_comes_to_the_same(tmp_path: Path) -> None:
    explored, directory = tmp_path / "explored.wptest.yaml", tmp_path / "campaign"
    explored.write_text(EXPLORED)
    with Campaign(ProcessPool(2), directory, {"of": "this"}, resumed=False) as begun, pytest.raises(Enough):
        told(explored, BROKEN, begun, watch=interrupting(5))
    with (directory / "answers").open("ab") as file:
        file.write(b"torn")

    with Campaign(ProcessPool(1), directory, {"of": "this"}, resumed=True) as campaign:
        assert campaign.known > 5
        assert told(explored, BROKEN, campaign, watch=nobody) == told(explored, BROKEN, watch=nobody)
    with Campaign(ProcessPool(1), directory, {"of": "this"}, resumed=True) as whole:
        size = (directory / "answers").stat().st_size
        told(explored, BROKEN, whole, watch=nobody)
        assert (directory / "answers").stat().st_size == size  # nothing was done again


def test_another_campaign_is_refused(tmp_path: Path) -> None:
    directory = tmp_path / "campaign"
    refused = [
        ({"of": "that"}, True, "has another campaign: of was this, and now is that"),
        ({"of": "this"}, False, r"isn't empty: --resume .*campaign goes on with a campaign"),
    ]
    with pytest.raises(click.ClickException, match=r"has no campaign\.json: --campaign .* begins a campaign"):
        Campaign(ProcessPool(1), directory, {"of": "this"}, resumed=True)
    Campaign(ProcessPool(1), directory, {"of": "this"}, resumed=False).end()

    for about, resumed, words in refused:
        with pytest.raises(click.ClickException, match=words):
            Campaign(ProcessPool(1), directory, about, resumed=resumed)


def test_what_is_torn_at_the_end_of_its_answers_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "answers"
    log = AnswerLog(path)
    log.add(0, "first")
    whole = path.stat().st_size
    log.add(3, ["second"])
    log.close()
    data = path.read_bytes()

    for size in range(whole, len(data)):
        path.write_bytes(data[:size])
        log = AnswerLog(path)
        assert (len(log), log[0], 3 in log) == (1, "first", False)
        log.add(4, size)
        log.close()
        again = AnswerLog(path)
        assert (len(again), again[0], again[4]) == (2, "first", size)
        again.close()
