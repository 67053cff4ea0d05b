"""What a project's files say that only `wproj` and `wpgen` tell, or go by, as real versions do."""

from __future__ import annotations

from dataclasses import dataclass

from engine.text.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class WrittenInput:
    """A file source: the file that it reads, and how its path is `written`."""

    key: str
    path: str
    written: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Generator:
    """What `conf/wpgen.toml` says; `path` is None where it writes to no file, and a speed of 0 is no limit."""

    path: str | None
    written: str
    count: int = 1000
    speed: int = 1000
    parallel: int = 1


@dataclass(frozen=True, slots=True)
class AsWritten:
    """All of it.

    Attributes:
        sinks: the directory of the groups.
        inputs: the file sources, switched off ones as well.
        generator: how `wpgen` makes input; None where nothing says it.
        source_connectors: how many connectors there are for sources.
        used_connectors: how many sources name one.
        sink_connectors: how many there are for sinks.
        has_oml: there are OML models.
        has_samples: there are sample lines that nobody has made up.
        has_generator_rules: there is what `wpgen rule` of a real version goes by.
        lacks_rules: today's layout without WPL files, so that real versions have no rules.
        refusals: what stands in it that real versions refuse, and that is harmless here: `code` is a `RefusedPart`.
    """

    sinks: str = ""
    inputs: tuple[WrittenInput, ...] = ()
    generator: Generator | None = None
    source_connectors: int = 0
    used_connectors: int = 0
    sink_connectors: int = 0
    has_oml: bool = False
    has_samples: bool = True
    has_generator_rules: bool = True
    lacks_rules: bool = False
    refusals: tuple[Diagnostic, ...] = ()


NOT_WRITTEN = AsWritten()
