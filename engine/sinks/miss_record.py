"""What real versions write for a line that no rule takes: the line itself and why, seven lines in all (D33)."""

from __future__ import annotations

LINES = 7


def miss_record(line: bytes, source: str) -> bytes:
    """The record of a line, but for the last line's end; `source` is the key of the source that it came from."""
    return b"\n".join(
        (
            b"src_key: %s  | data:" % source.encode(),
            line,
            b"no rule takes it",
            b"Error: [500] data error",
            b"  -> Details: Parsing Error",
            b"",
            b"",
        )
    )
