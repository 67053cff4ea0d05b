"""The stable codes of every mistake that a scenario can have, in one table."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Coded(StrEnum):
    """Codes that have, in `meaning`, what they stand for."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> Self:
        """Make the member equal to its code, with its meaning beside it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member


class Code(Coded):
    """A code such as `WPT-E010` and, in `meaning`, what it stands for. A code never changes its meaning."""

    UNREADABLE = "WPT-E001", "the file can't be read"
    BINARY = "WPT-E002", "the file is not UTF-8 text"
    EMPTY = "WPT-E003", "there is no scenario in the file"
    TOO_LARGE = "WPT-E004", "the file, or what it expands to, is too large"
    SYNTAX = "WPT-E005", "the file is not YAML"
    DUPLICATE_KEY = "WPT-E006", "a mapping has one key twice"
    UNSUPPORTED_YAML = "WPT-E007", "tags, merge keys and recursive aliases have no meaning in a scenario"
    KEY_NOT_TEXT = "WPT-E008", "a key is not text"
    LOOKALIKE = "WPT-E009", "a character that only looks like the one that is meant"
    UNKNOWN_KEY = "WPT-E010", "a key that the language doesn't have"
    MISSING_KEY = "WPT-E011", "a key that must be there is missing"
    WRONG_TYPE = "WPT-E012", "a value of the wrong kind"
    WRONG_VALUE = "WPT-E013", "a value that can't be read as what it should be"
    UNKNOWN_WORD = "WPT-E014", "a word that is none of the known ones"
    CHOICE = "WPT-E015", "keys that exclude or need each other"
    MATRIX = "WPT-E020", "a matrix that makes no sense"
    UNKNOWN_NAME = "WPT-E021", "an unknown name in ${{ }}"
    EXPRESSION = "WPT-E022", "an expression in ${{ }} that makes no sense"
    UNKNOWN_STEPS = "WPT-E023", "a use of steps that aren't defined"
    ARGUMENT = "WPT-E024", "a use that doesn't give steps what they need"
    RECURSION = "WPT-E025", "steps that use themselves"
    DEFAULTS = "WPT-E026", "defaults in a place where they can't be"
    DUPLICATE_ID = "WPT-E030", "two scenarios of one file have the same id"
    UNKNOWN_SINK = "WPT-E040", "a sink that the project doesn't have"
    UNKNOWN_PROCESS = "WPT-E041", "a process that the scenario never starts"
    COMMAND = "WPT-E042", "a command line that no program takes"
    PROCESS_STATE = "WPT-E043", "a step for a process that has ended, hasn't started or still runs"
    TIME_ORDER = "WPT-E044", "a step whose time can't come"
    PHASES = "WPT-E045", "phases for a sink that has none"
    NO_EFFECT = "WPT-E046", "a setting without the one that it refines"
    NO_FILE = "WPT-E047", "content of a sink that has no file"
    NO_PROJECT = "WPT-E050", "the project directory is missing"
    PROJECT = "WPT-E051", "a mistake in a file of the project directory"
    PROJECT_WARNING = "WPT-W051", "something in a project directory that has no effect here; no mistake"
    OUTSIDE = "WPT-E052", "a path that leaves the directory it belongs to"
    UNREAD = "WPT-W052", "a project that reads nothing"
    VARIABLE = "WPT-E053", "a variable in a file of the project directory that stands for nothing"
    UNUSED = "WPT-W053", "something is given for a project directory that no file of it needs"
    UNMAPPED = "WPT-E054", "a path in a file of the project directory that leads out of the run's directory"
    IMPORT = "WPT-E060", "Python code with extensions that can't be imported"
    SIGNATURE = "WPT-E061", "an extension whose parameters a scenario can't give"
    EXTENSION_NAME = "WPT-E062", "an extension whose name is taken"
    UNUSED_AXIS = "WPT-E070", "a name of the matrix that nothing uses"
    LEFTOVER = "WPT-E071", "an expression of another language, which is plain text here"
    UNREACHED = "WPT-E072", "a pattern that nothing in the scenario can ever match"
    UNTAKEN_RULE = "WPT-E073", "a rule whose lines no group takes"
    NOTHING_COMES = "WPT-E074", "something expected of a sink to which no line can come"
    STAND_IN = "WPT-W070", "sinks of types that there are none of here, and what stands for them"
    NEVER_DOWN = "WPT-W071", "an outage that can't be in the way of any line"
    NOTHING_TO_REPLAY = "WPT-W072", "a recovery for which nothing is there"
    STRAY = "WPT-W073", "a file that looks like a rescue file and is none of the project's"
    NOT_WAITED = "WPT-W074", "a program that is judged before it has done anything"
    NEVER_SAID = "WPT-W075", "a pattern of messages that no program logs"
    NO_RULE = "WPT-W076", "lines of the input of which no rule is known"
    OWED_TWICE = "WPT-W077", "a rescue file with the lines of another one"
