"""For each code of what proves nothing: what it comes of, what to look at next, and a scenario that shows it."""

from __future__ import annotations

from collections.abc import Mapping

from wptest.pages.failure_example import FAILURE_HEAD, READ, RESCUED, WORK, FailureExample
from wptest.words.failures import Failure

UNPROVED: Mapping[Failure, FailureExample] = {
    Failure.NEVER_TRIGGERED: FailureExample(
        "What `upon` waits for did not happen: too few lines, another message, a program that had ended.",
        "Nothing was proved about what the step should have done. Look at what happened instead.",
        FAILURE_HEAD
        + RESCUED
        + "when:\n  - start: wprescue work\n  - upon: {sink: a, lines: 100}\n    kill: wprescue\n",
    ),
    Failure.TOO_LATE: FailureExample(
        "The steps before an `at` step took longer than its time.",
        "Give it a later time, or use `after`.",
        FAILURE_HEAD + RESCUED + WORK + "  - {at: 100ms, run: wprescue work}\n",
    ),
    Failure.NEVER_BIT: FailureExample(
        "A fault matched no operation: another path, another operation, or it was over before. Or a sink with "
        "phases was never written to while it was down.",
        "The operations that there were on such files, or on the nearest, are told; and `wptest plan` warns of "
        "paths that nothing uses.",
        FAILURE_HEAD
        + RESCUED
        + "when:\n  - fault: {on: data/in_dat/**, fail: read, errno: EIO}\n"
        + "  - run: wprescue work\n",
    ),
    Failure.NO_EFFECT: FailureExample(
        "A step is about a file that is not there, signals or kills a program that has ended, or can't be done on "
        "the run's disk: that of a python sink never loses its power.",
        "The reason is that of the file system.",
        FAILURE_HEAD + "when:\n  - remove: data/rescue/recover.lock\n",
    ),
    Failure.NEVER_HAPPENED: FailureExample(
        "An event of `must_happen` did not happen: the trouble that the scenario is about never came.",
        "`wptest timeline` shows what happened instead.",
        FAILURE_HEAD + RESCUED + WORK + "then:\n  must_happen: reconnect.succeeded\n",
    ),
    Failure.NOTHING_TO_CHECK: FailureExample(
        "A ratio without input, a replay without rescue files, a duration of a program that runs, a figure that "
        "was never reported.",
        "Take the expectation out, or let happen what it is about.",
        FAILURE_HEAD + WORK + "then:\n  replay: {lost: 0}\n",
    ),
    Failure.UNREADABLE: FailureExample(
        "A sink's `stored` raised OSError or `wptest.SinkFailed` when the run was judged: what keeps its lines was "
        "out of reach.",
        "Let what keeps them be there again before a `check`, a `wait: idle` and the end.",
        FAILURE_HEAD.replace("a: {}", "a: {remote: {}}") + RESCUED + WORK,
        extensions="import wptest\n\nLINES: list[bytes] = []\n\n\n@wptest.sink\nclass Remote:\n"
        '    """Is at a server that is soon out of reach."""\n\n    def __init__(self, path: str) -> None: ...\n\n'
        "    def write(self, lines: list[bytes]) -> None:\n        LINES.extend(lines)\n\n"
        "    @staticmethod\n    def reset() -> None:\n        LINES.clear()\n\n"
        "    @staticmethod\n    def stored() -> list[bytes]:\n        if len(LINES) > 20:\n"
        '            raise ConnectionError("no route to host")\n        return LINES\n',
    ),
    Failure.NOT_EXPRESSIBLE: FailureExample(
        "The scenario says something that can't be done or seen where it is run: with `--subject process`, with "
        "`--disk real`, or to the files of a database that SQLite writes by itself. With the first two nothing was "
        "started. Every such thing is listed.",
        "[subjects.md](subjects.md) says what real processes can do, [cli.md](cli.md) what a real disk can, "
        "[python-sinks.md](python-sinks.md#sqlite) what reaches a database. Run it in memory, or take it out.",
        FAILURE_HEAD + RESCUED + "when:\n  - start: wprescue work\n  - {at: 100ms, power_loss: true}\n",
        is_real=True,
    ),
    Failure.NOTHING_OWED: FailureExample(
        "There was no input, none of it was read, or the rescue files are not where they should be: a pass would "
        "say that nothing went wrong where nothing happened.",
        "What was there is listed. A scenario that is meant to be so says it: `ledger: {issued: 0}`.",
        FAILURE_HEAD + RESCUED.replace("data/rescue/", "data/rescued/") + WORK,
    ),
    Failure.UNEXPECTED_EXIT: FailureExample(
        "A program that nobody stopped ended with another code than 0, and no `exit` says that it should: neither "
        "in a `check` before it is started again, nor in `then`.",
        "Its last complaint is shown. [Programs](programs.md) has the exit codes.",
        FAILURE_HEAD + RESCUED.replace("/a-", "/b-") + WORK,
    ),
    Failure.CHANGED_NOTHING: FailureExample(
        "Permissions were taken away, and nobody missed them; a directory was never full; the clock was changed "
        "when nobody looked at it any more; there was no fault to heal.",
        "A file that is open stays writable whatever its mode: what is to fail is better said by a fault.",
        FAILURE_HEAD
        + RESCUED
        + "when:\n  - start: wprescue work\n  - at: 100ms\n    chmod: {data/out_dat: '0555'}\n"
        + "  - wait: {exit: wprescue}\n",
    ),
    Failure.GOT_NOTHING: FailureExample(
        "A sink got not one line, and the share that is expected of it is within its tolerance all the same.",
        "Where the lines went is told, and which rules the sink's group takes.",
        "scenario: night\nproject:\n  groups:\n    web: {rule: /nginx, sinks: {a: {}}}\n"
        "    mail: {rule: /postfix, sinks: {b: {}}}\n"
        "given:\n  source: {lines: 100, rules: {/postfix: 1}}\n" + READ + "then:\n"
        "  sinks: {a: {ratio: 0.01, tol: 0.02}}\n",
    ),
}
