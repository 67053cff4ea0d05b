"""Other spellings of values, and what is meant by them."""

from __future__ import annotations

import pytest

from wptest.text.guesses import GUESSES, write

MEANT = {
    "duration": {
        "5 seconds": "5s",
        "90 Sec": "90s",
        "2 min 5 sec": "2m5s",
        "1h, 30 min": "1h30m",
        "1.5hours": "1.5h",
        "1:30": "1m30s",
        "1,5s": "1.5s",
        "soon": None,
        "5 parsecs": None,
    },
    "number": {
        "10,000": "10000",
        "10_000": "10000",
        "1 000 000": "1000000",
        "500 lines": "500",
        "2 million": "2M",
        "1,5": None,
        "many": None,
    },
    "size": {"64mb": "64MiB", "64Mi": "64MiB", "10 kilobytes": "10kB", "512 bytes": "512", "5 parsecs": None},
    "rate": {
        "100/sec": "100/s",
        "100 per second": "100/s",
        "1,000 lines/min": "1000/m",
        "100rps": "100/s",
        "10 a minute": "10/m",
        "100/x": None,
    },
    "phases": {
        "up 2s down 2s": "up 2s, down 2s",
        "on 2s, off 3s": "up 2s, down 3s",
        "2s up, 2s down": "up 2s, down 2s",
        "up 2 seconds, down 5 min": "up 2s, down 5m",
        "down": None,
    },
    "comparison": {
        "=> 5": ">= 5",
        "≥ 5": ">= 5",
        "at least 5": ">= 5",
        "5+": ">= 5",
        ">= 90 lines": ">= 90",
        "not 0 lines": "not 0",
        "== 10,000": "10000",
        "<> 0": "!= 0",
        "about 5": None,
    },
    "time": {"2025/10/4 01:59": "2025-10-04 01:59:00", "2025年10月4日": "2025-10-04 00:00:00", "today": None},
    "share": {"70%": "0.7", "70% +- 2%": "0.7", "0,7": "0.7", "7/10": "0.7", "most": None},
}


@pytest.mark.parametrize(
    ("kind", "written", "meant"), [(kind, *each) for kind, each_kind in MEANT.items() for each in each_kind.items()]
)
def test_another_spelling_is_understood_or_none_is_guessed(kind, written, meant):
    assert GUESSES[kind](written) == meant


def test_what_yaml_would_read_in_another_way_is_written_in_quotes():
    assert (write("10k"), write("-5s"), write(">= 5"), write(None)) == (
        "write 10k",
        "write -5s",
        'write ">= 5"',
        None,
    )
