from __future__ import annotations

import pytest

from engine.rescue.name import RescueName, by_dashes, is_locked_name, is_released, logged_path, parse_name

TIME = "2025-10-04_01:59:24"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (f"a-{TIME}.dat", RescueName(TIME, 0, "a")),
        (f"a-b-c-{TIME}.dat", RescueName(TIME, 0, "a-b-c")),
        (f"a--{TIME}.dat", RescueName(TIME, 0, "a-")),
        (f"-{TIME}.dat", None),
        (f"a-{TIME}-7.dat", RescueName(TIME, 7, "a")),
        (f"a-{TIME}-123456789.dat", RescueName(TIME, 123456789, "a")),
        (f"a-{TIME}-1234567890.dat", None),
        (f"a-{TIME}-x.dat", None),
        (f"a-{TIME}-.dat", None),
        (f"a-{TIME}-{TIME}.dat", RescueName(TIME, 0, f"a-{TIME}")),
        (f"a.b c-{TIME}.dat", RescueName(TIME, 0, "a.b c")),
        (f"汇-{TIME}.dat", RescueName(TIME, 0, "汇")),
        (f"data/rescue/deep-er/a-{TIME}.dat", RescueName(TIME, 0, "a")),
        ("a-2025-02-30_00:00:00.dat", None),
        ("a-2024-02-29_23:59:59.dat", RescueName("2024-02-29_23:59:59", 0, "a")),
        ("a-2025-13-01_00:00:00.dat", None),
        ("a-2025-10-04_24:00:00.dat", None),
        ("a-2025-10-04_01:60:00.dat", None),
        ("a-0000-10-04_01:59:00.dat", None),
        ("a-٢٠٢٥-10-04_01:59:24.dat", None),
        ("a-2025-10-04 01:59:24.dat", None),
        (f"a-{TIME}.dat.lock", None),
        (f"a-{TIME}", None),
        (f"a-{TIME}.DAT", None),
        ("a.dat", None),
        ("", None),
    ],
)
def test_a_name_is_read_from_its_right_end(file, name):
    assert parse_name(file) == name


@pytest.mark.parametrize(
    ("file", "time"),
    [
        (f"a-{TIME}-0.dat", TIME),
        (f"a-{TIME}-abc-d.dat", TIME),
        ("a-2025-6-30_23:59:60-2.dat", "2025-06-30_23:59:59"),  # a leap second, and a short number
        ("a-2025-10-04 01:59:24.dat", TIME),
        ("a-2025-10-04_01:59:61.dat", None),
        ("a-2025-10-04_01-59-24.dat", None),
        ("a-2025-02-30_00:00:00.dat", None),
        ("a-2025-10-04.dat", None),
        ("notes.dat", None),
    ],
)
def test_public_versions_read_times_otherwise(file, time):
    name = by_dashes(file)
    assert (name and name.time) == time


def test_names_sort_by_time_then_number_then_sink():
    ordered = [
        "z-2024-12-31_23:59:59-9.dat",
        f"b-{TIME}.dat",
        f"a-{TIME}-2.dat",
        f"b-{TIME}-2.dat",
        f"a-{TIME}-10.dat",
        "a-2025-10-04_01:59:25.dat",
    ]
    assert sorted(ordered, key=parse_name) == ordered
    assert [parse_name(name).text for name in ordered] == ordered


@pytest.mark.parametrize(
    ("path", "released", "locked"),
    [
        ("data/rescue/a.dat", True, False),
        ("data/rescue/a.dat.lock", False, True),
        ("data/rescue/recover.lock", False, False),
        ("data/rescue/a.dat.bak", False, False),
        ("data/rescue/.dat", False, False),
        ("data/rescue/a.quarantine", False, False),
        ("data/rescue/.a-2025-10-04_01:59:24.dat", True, False),  # a sink may be called `.a`
    ],
)
def test_recovery_takes_names_that_end_in_dat_and_only_those(path, released, locked):
    assert (is_released(path), is_locked_name(path)) == (released, locked)


def test_paths_are_shown_as_the_seed_shows_them():
    assert logged_path("data/rescue/a.dat") == "./data/rescue/a.dat"
