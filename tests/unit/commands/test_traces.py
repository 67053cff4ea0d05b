from __future__ import annotations

import pytest

from wptest.commands import traces
from wptest.kept.traces import Traced, Traces


def test_where_it_is_interrupted_what_ended_early_is_that_of_its_own_name(monkeypatch):
    def interrupted(work, items, *_rest, **_more):
        yield work(items[1])  # the first one hasn't ended
        raise KeyboardInterrupt

    monkeypatch.setattr(traces, "in_order_of_items", interrupted)
    monkeypatch.setattr(traces, "_trace", lambda named, circumstances: (named[0], Traced(named[1])))
    now = traces._now(Traces((), 0), {}, {"a": "of a", "b": "of b"}, None, 2)
    assert next(now) == ("b", Traced("of b"))
    with pytest.raises(KeyboardInterrupt):
        next(now)
