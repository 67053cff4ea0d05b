"""How a server is set up: what it takes at most, and when what it has taken is durable."""

from __future__ import annotations

from dataclasses import dataclass, fields

from engine.units import MILLISECOND, SECOND

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Settings by what they do; each engine looks at its own. The defaults are those of the servers.

    Attributes:
        flush: when a row is durable, one of the engine's own words; empty is its default.
        packet: bytes of a statement at most (`max_allowed_packet`).
        content: bytes of a body at most (`http.max_content_length`).
        id_bytes: bytes of a document's id at most.
        term_bytes: bytes of a keyword at most.
        fields: how many fields an index may have (`index.mapping.total_fields.limit`).
        queue: how many requests may wait before others are turned away; None for any number.
        window: how many blocks are remembered to tell repeats (`non_replicated_deduplication_window`).
        block_rows: rows of a block; 0 is the engine's default.
        lenient: requests leave to the server what becomes of unknown fields and null, as those of other clients do.
        partitions: partitions that the rows of one request may be of.
        latency: nanoseconds that a request or an answer is on its way.
        timeout: nanoseconds after which a client gives up.
    """

    flush: str = ""
    packet: int = 16 * _MEBIBYTE
    content: int = 100 * _MEBIBYTE
    id_bytes: int = 512
    term_bytes: int = 32766
    fields: int = 1000
    queue: int | None = None
    window: int = 0
    block_rows: int = 0
    lenient: bool = False
    partitions: int = 100
    latency: int = MILLISECOND // 10
    timeout: int = 10 * SECOND


SETTINGS = tuple(field.name for field in fields(ServerSettings))
