"""What servers make of times that are sent as something else; the real ones are asked in `agreement_servers`."""

from __future__ import annotations

import pytest

from engine.rows.row_table import ColumnValue
from engine.rows.server_column import ServerColumn
from engine.servers.engines.clickhouse_reading import READING_18, READING_26
from engine.servers.engines.fitting import Misfit
from engine.servers.engines.mysql_values import mysql_fit
from engine.servers.engines.times import time_as_text, time_written

MOMENT = 1_759_543_160  # 2025-10-04 01:59:20
DAY = 1_759_536_000


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2025-10-04 01:59:20", MOMENT * 10**6),
        ("2025-10-04T01:59:20.1234567", MOMENT * 10**6 + 123_456),
        (" 2025-10-04 ", DAY * 10**6),
        (20251004, DAY * 10**6),
        (251004, DAY * 10**6),
        (20251004015920, MOMENT * 10**6),
        (251004015920.5, MOMENT * 10**6 + 500_000),
        (700101, 0),
        ("0000-00-00", -62_167_219_200_000_000),
        (0, -62_167_219_200_000_000),
    ],
)
def test_mariadb_takes_digits_for_a_day(value: ColumnValue, found: int) -> None:
    sent = "text" if isinstance(value, str) else "float64"
    assert mysql_fit(ServerColumn("at", "timestamp", sent=sent))(value) == found
    assert mysql_fit(ServerColumn("at", "datetime", sent=sent))(value) == found // 10**6 * 10**6


@pytest.mark.parametrize(
    "value",
    [1, -1, 100, 691232, 20251304, 20250229, MOMENT, MOMENT * 10**6, 1.5, 1e300, "2025-10-04T01:59:20Z", "5", ""],
)
def test_and_refuses_what_is_none(value: ColumnValue) -> None:
    found = mysql_fit(ServerColumn("at", "timestamp", sent="text" if isinstance(value, str) else "int64"))(value)
    assert isinstance(found, Misfit)
    assert found.code == "1292"


def test_a_time_is_a_text_to_other_columns() -> None:
    fit = mysql_fit(ServerColumn("at", "text", sent="timestamp"))
    assert fit(MOMENT * 10**6) == "2025-10-04 01:59:20"
    assert fit(-1) == "1969-12-31 23:59:59.999999"
    assert time_as_text(MOMENT * 10**6 + 500_000, is_short=True) == "2025-10-04 01:59:20.5"


@pytest.mark.parametrize(
    ("value", "of_18", "of_26"),
    [
        (None, "Code: 27", "Code: 41"),
        (-1, 2**32 - 1, 0),
        (2**32, 0, 2**32 - 1),
        (True, 1, 1),
        (1.5, "Code: 27", 1),
        (1e300, "Code: 27", "Code: 69"),
        ("2025-10-04 01:59:20", MOMENT, MOMENT),
        ("2025-10-04 25:00:00", DAY + 25 * 3600, DAY + 25 * 3600),
        ("2025-10-04 01:59:20+02:00", "Code: 27", MOMENT - 7200),
        ("2025-13-04 00:00:07", 7, "Code: 41"),
        ("2106-01-01 00:00:05", 5, 4_291_747_205),
        ("2025-10-04", "Code: 27", DAY),
        ("", "Code: 27", "Code: 41"),
    ],
)
def test_clickhouse_wraps_or_moves_inside(value: ColumnValue, of_18: object, of_26: object) -> None:
    found = [
        each.code if isinstance(each, Misfit) else each
        for each in (READING_18.seconds(value), READING_26.seconds(value))
    ]
    assert found == [of_18, of_26]


@pytest.mark.parametrize("text", ["", "2025", "2025-1-4", "2025-10-04 01", "2025-10-04 01:59:20 x", "x2025-10-04"])
def test_what_is_written_otherwise_is_no_time(text: str) -> None:
    assert time_written(text) is None
