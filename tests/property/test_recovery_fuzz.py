"""Whatever stands in the rescue root, a recovery ends; what it can read arrives, and nothing else does.

`pytest -m fuzz --fuzz=100000 tests/property/test_recovery_fuzz.py` gives each of these tests 100,000 inputs.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest
from engine_bench import CHECKPOINT, FILE, RESCUE, TARGET, recovery_bench
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from engine.rescue.checkpoint import CheckpointError, Entry, parse_checkpoint
from engine.rescue.name import is_locked_name, parse_name
from engine.rescue.quarantine import quarantine_path, quarantined_lines
from engine.rescue.recovery import EXIT_REMAINS
from engine.rescue.resuming.file_identity import Position, identity_of
from engine.storage.disk_port import write_all

pytestmark = pytest.mark.fuzz
FUZZ = settings.get_profile("fuzz")
LINES = [b"one", b"two", b"three"]
DATA = b"".join(line + b"\n" for line in LINES)
PLACES_IN = [Position().behind(DATA[:offset], lines) for lines, offset in ((0, 0), (1, 4), (2, 8), (3, len(DATA)))]
IDENTITIES = [identity_of(len(DATA), place) for place in PLACES_IN]

PIECES = st.one_of(
    st.sampled_from(
        [b"\n", b"\n\n", b"\r\n", b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b" ", b"\x85", b"{}"]
    ),
    st.sampled_from([b"one", "zeile ü".encode(), b"\xc3", b"h" * 70_000]),
    st.binary(max_size=6),
)
CONTENTS = st.lists(PIECES, max_size=12).map(b"".join)
NUMBERS = st.one_of(
    st.sampled_from([0, 1, 4, 14, -1, 2**63, 10**30, 1.5, True, None, "4"]), st.integers(0, 20), st.floats()
)
ENTRIES = st.fixed_dictionaries(
    {
        "lines": NUMBERS,
        "offset": NUMBERS,
        "target": NUMBERS,
        "identity": st.sampled_from([*IDENTITIES, "", None, 4]),
    },
    optional={"more": st.none()},
)
PLACES = st.sampled_from([FILE, f"{RESCUE}/b-2025-10-04_01:59:24.dat", "x", ""])
JSON = st.recursive(
    st.one_of(NUMBERS, st.text(max_size=3)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
CHECKPOINTS = st.one_of(
    st.dictionaries(PLACES, st.one_of(ENTRIES, ENTRIES, JSON), max_size=2).map(json.dumps).map(str.encode),
    JSON.map(json.dumps).map(str.encode),
    st.sampled_from([b"[" * 100_000, b'{"a":' * 100_000, b"\xff", b"nul", b"1" * 5000]),
    st.binary(max_size=30),
)
NAMES = st.one_of(
    st.sampled_from(["ghost-2025-10-04_01:59:25.dat", "a-2025-13-41_99:99:99.dat", ".dat", "-.dat", "a-.dat"]),
    st.lists(
        st.sampled_from(
            ["a", "-", "2025-10-04", "_", "01:59:25", "1", ".dat", ".lock", ".bad", "é", "\n", "0" * 30]
        ),
        min_size=1,
        max_size=7,
    ).map("".join),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20),
)


def lines_of(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


@FUZZ
@given(CONTENTS)
@example(b"\0\0\0")
def test_whatever_a_rescue_file_holds_what_can_be_decoded_arrives(data):
    bench = recovery_bench(data)

    assert bench.run("wprescue work") == 0

    lines = [line for line in lines_of(data) if line.strip()]
    hole = {len(lines) - 1} if lines and data.endswith(lines[-1]) and b"\0" in lines[-1] else set()
    good = [is_text(line) and number not in hole for number, line in enumerate(lines)]
    assert bench.lines() == [line for line, is_good in zip(lines, good, strict=True) if is_good]
    assert [line for _, line in quarantined_lines(bench.disk, quarantine_path(FILE))] == [
        line for line, is_good in zip(lines, good, strict=True) if not is_good
    ]
    assert bench.rescue_files() == []


@FUZZ
@given(CHECKPOINTS)
def test_whatever_a_checkpoint_holds_it_is_read_or_refused(data):
    try:
        entries = parse_checkpoint(data)
    except CheckpointError:
        return
    for entry in entries.values():
        assert type(entry) is Entry
        assert min(entry.lines, entry.offset, entry.target) >= 0


@FUZZ
@given(CHECKPOINTS, st.sampled_from([b"", DATA[:4], DATA[:6], DATA, b"other\n", b"other"]))
def test_whatever_a_checkpoint_holds_recovery_ends_and_what_it_does_not_cover_arrives(data, target):
    bench = recovery_bench(DATA)
    write_all(bench.disk, CHECKPOINT, data)
    if target:
        write_all(bench.disk, TARGET, target)

    assert bench.run("wprescue work") == 0

    assert bench.rescue_files() == []
    try:
        covered = parse_checkpoint(data).get(FILE)
    except CheckpointError:
        covered = None
    if covered is None or all(
        (place.offset, identity) != (covered.offset, covered.identity)
        for place, identity in zip(PLACES_IN, IDENTITIES, strict=True)
    ):
        arrived, before = Counter(bench.lines()), Counter(lines_of(target))
        assert arrived >= Counter(LINES)
        assert arrived - before <= Counter(LINES)


@FUZZ
@given(NAMES, st.sampled_from([DATA, b""]))
def test_whatever_a_file_beside_it_is_called_a_rescue_file_is_replayed(name, data):
    path = f"{RESCUE}/{name}"
    assume(path not in (FILE, CHECKPOINT) and not name.startswith("."))
    found = parse_name(path)
    assume(is_locked_name(path) or found is None or found.sink != "a")
    bench = recovery_bench(DATA)
    write_all(bench.disk, path, data)

    assert bench.run("wprescue work") in (0, EXIT_REMAINS)

    assert bench.lines() == LINES
    assert FILE not in bench.rescue_files()
