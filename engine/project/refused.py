"""What real versions refuse a project for, where it could be read here; and which of their programs do."""

from __future__ import annotations

from enum import StrEnum


class RefusedPart(StrEnum):
    """The part of a project in which something stands that real versions refuse.

    Each of their programs reads some of the parts. A problem has this as its code; where it is a warning or a note,
    it refuses nothing here, unless programs are those of a real version.
    """

    SETTINGS = "conf/wparse.toml"
    SETTINGS_FILE = "whether there is a conf/wparse.toml"
    LOG_LEVELS = "the levels of the log"
    SOURCES = "wpsrc.toml"
    CONNECTORS_OF_SOURCES = "which connectors sources have"
    SOURCE = "what a source is built of"
    CONNECTORS_OF_SINKS = "the files of the sinks' connectors"
    GROUPS = "the files of groups, and what filters say"
    BLANK = "a filter of blanks"
    FORMATS = "the formats of sinks"
    SINK = "what a sink is built of"
    RULES = "what stands in WPL files"
    RULE = "what a rule's parser is built of"
    MODELS = "what stands in OML files"
    TEXTS = "whether WPL and OML files are texts, and not empty"
    GENERATOR = "conf/wpgen.toml"
    GENERATOR_OUTPUT = "the output of conf/wpgen.toml"
    NAMES = "the names of connectors"

    @property
    def is_of_a_check(self) -> bool:
        """No program that reads input or replays it refuses it."""
        return self in (RefusedPart.RULES, RefusedPart.GENERATOR, RefusedPart.GENERATOR_OUTPUT, RefusedPart.NAMES)
