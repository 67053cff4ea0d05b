"""The stable codes of everything that a run can show, in one table; docs/failures.md tells of each."""

from __future__ import annotations

from wptest.text.codes import Coded


class Failure(Coded):
    """A code such as `WPT-R020` and, in `meaning`, what it stands for. A code never changes its meaning."""

    # What every run checks. The names are those of the invariants.
    NO_LOSS = "WPT-R001", "a line is nowhere"
    NO_DUPLICATE = "WPT-R002", "a target has a line more often than it is owed"
    NO_INVENTION = "WPT-R003", "a target has a line that nobody sent"
    CONSERVATION = "WPT-R004", "a line in a rescue file that nobody has begun to replay is somewhere else, too"
    CHECKPOINT_BEHIND_DELIVERY = "WPT-R005", "the checkpoint is ahead of what has arrived, or can't be read"
    INTEGRITY = "WPT-R006", "a target ends in a torn line"
    ORDER = "WPT-R007", "lines have changed their order"
    RESCUE_REMOVED_AFTER_DELIVERY = "WPT-R008", "a rescue file was removed before its lines had arrived"
    NO_STARVATION = "WPT-R009", "a program has nothing to do, and has passed over what it could read or replay"
    RECOVERY_IDEMPOTENT = "WPT-R010", "recovery doesn't come to rest, or one more recovery changes something"
    NOTHING_STUCK = "WPT-R011", "lines stay behind for ever: no program will take them"
    RESCUE_NAME = "WPT-R012", "a rescue file's name doesn't say whose lines it has, or since when"
    NOTHING_DROPPED = (
        "WPT-R013",
        "a strategy has dropped lines that no sink refused, and the scenario doesn't say so",
    )
    NO_ALTERATION = "WPT-R014", "a table has a row that is not the one that was sent"
    NO_GHOST_ROW = "WPT-R015", "a table has the row of a line that was given up, or of no line that there is"
    UNKNOWN_RESOLVED = "WPT-R016", "a line of which nobody knew whether it had arrived is in more than one place"
    # What a scenario expects.
    EXIT = "WPT-R020", "an exit code is another one, or the program still runs"
    RESCUE_FILES = "WPT-R021", "there are more or fewer rescue files"
    SINK_LINES = "WPT-R022", "a sink has got more or fewer lines"
    RATIO = "WPT-R023", "a sink's share of the lines is another one"
    SPEED = "WPT-R024", "a sink got its lines too fast or too slowly"
    MARKS = "WPT-R025", "the marks of a sink's lines are others, or in another order"
    CONTENT = "WPT-R026", "what is in a sink's file is something else"
    REPLAYS = "WPT-R027", "other files were replayed, or in another order"
    LEDGER = "WPT-R028", "more or fewer lines are in a place of the ledger"
    CHECKPOINT = "WPT-R029", "the checkpoint says something else"
    LOG = "WPT-R030", "a message was not logged, or at another place, or should not have been"
    DURATION = "WPT-R031", "a program ran longer or shorter"
    METRICS = "WPT-R032", "a figure that a monitor reported is another one"
    VALIDATE = "WPT-R033", "the project's own expectations come to another verdict"
    HAPPENED = "WPT-R034", "something happened that must not happen"
    OWN_CHECK = "WPT-R035", "a check of your own says that something doesn't hold"
    OUTPUT = "WPT-R036", "a line was not printed, or at another place, or should not have been"
    REFUSED = "WPT-R037", "a sink has refused more or fewer lines"
    FILE = "WPT-R038", "a file is not there, or should not be, or has more or fewer lines"
    TABLE = "WPT-R039", "a table has more or fewer rows, keys or requests, or larger ones"
    # What keeps a scenario from its end.
    STUCK = "WPT-R040", "a step waits for something that doesn't come"
    LIMIT = "WPT-R041", "the scenario's limit was over before its steps were done"
    LIVELOCK = "WPT-R042", "the programs go on and on, and no end is in sight"
    CLEANUP = "WPT-R043", "a cleanup step failed"
    OWN_CODE = "WPT-R044", "a fault of your own raised an exception"
    OWN_SINK = "WPT-R045", "a sink of your own raised an exception, or gave what it should not"
    TIMEOUT = "WPT-R046", "the run took too long in real time"
    MEMORY = "WPT-R048", "the run needs more memory than there is"
    # What proves nothing.
    NEVER_TRIGGERED = "WPT-R060", "a step was never triggered"
    TOO_LATE = "WPT-R061", "a step came later than it should"
    NEVER_BIT = "WPT-R062", "a fault never bit"
    NO_EFFECT = "WPT-R063", "a step had no effect"
    NEVER_HAPPENED = "WPT-R064", "something that must happen never happened"
    NOTHING_TO_CHECK = "WPT-R065", "an expectation had nothing to check"
    UNREADABLE = "WPT-R047", "what a sink of your own has stored can't be read back"
    NOT_EXPRESSIBLE = "WPT-R066", "what the scenario says can't be done, or can't be seen, where it is run"
    NOTHING_OWED = "WPT-R067", "no line was owed to any sink in the whole run"
    UNEXPECTED_EXIT = "WPT-R068", "a program ended with another code than 0, and the scenario doesn't say so"
    CHANGED_NOTHING = "WPT-R069", "a change of permissions, of a size or of the clock met no operation"
    GOT_NOTHING = "WPT-R070", "a sink that something is expected of got nothing"
    UNREAD_INPUT = "WPT-R071", "lines of the input were gone before they were read, or have no end"
