"""For each code of a failure: what it comes of, what to look at next, and a small scenario that fails so."""

from __future__ import annotations

from collections.abc import Mapping

from engine.behaviour import Behaviour
from engine.units import SECOND
from wptest.pages.failure_example import FAILURE_HEAD, FILE, OUTAGE, READ, RESCUED, STOPPED, WORK, FailureExample
from wptest.pages.unproved_examples import UNPROVED
from wptest.words.failures import Failure

FAILURE_EXAMPLES: Mapping[Failure, FailureExample] = {
    Failure.NO_LOSS: FailureExample(
        "A line was accepted, or stood in a rescue file, and is now in no target, rescue file, quarantine or "
        "declared drop, and in the memory of no program that runs.",
        "The evidence names the first such line and where it was last seen. `wptest timeline` shows what happened "
        "there: a removed file, a kill, a failed write.",
        FAILURE_HEAD + RESCUED + "when:\n  - run: wprescue work -p\n  - remove: data/out_dat/a.dat\n",
    ),
    Failure.NO_DUPLICATE: FailureExample(
        "A line was delivered again after a stop, a kill or a failed write, because the checkpoint or the target's "
        "tail was not believed.",
        "The evidence says on which lines of the target it stands. Look at the checkpoint at the time of the stop: "
        "`checkpoint.saved` in the timeline.",
        FAILURE_HEAD + RESCUED + STOPPED,
        Behaviour(resume="from_start"),
    ),
    Failure.NO_INVENTION: FailureExample(
        "A program wrote bytes that no input and no rescue file has: a torn line that was completed with another, "
        "a changed encoding, a blank line that should have been skipped.",
        "Compare the line that is shown with the one that it was made of.",
        FAILURE_HEAD + f'given:\n  files:\n    {FILE}: {{text: "one\\n\\ntwo\\n"}}\n' + WORK,
        Behaviour(blank_line="send"),
    ),
    Failure.CONSERVATION: FailureExample(
        "A line has arrived, and stands in a rescue file that nobody has begun to replay: it will arrive twice.",
        "Look at the moment when the sink came back: what was in hand then must go to one place only.",
        OUTAGE + READ,
        Behaviour(swap_back="repeat_last_line"),
    ),
    Failure.CHECKPOINT_BEHIND_DELIVERY: FailureExample(
        "The checkpoint was written before the target was synced, or somebody else wrote it.",
        "A recovery that believes it would lose the lines in between. Look at the order of `fsync` and `rename`.",
        FAILURE_HEAD
        + RESCUED.replace("files:\n", 'files:\n    data/rescue/recover.lock: {text: "nonsense"}\n')
        + "when:\n  - wait: 1s\n",
    ),
    Failure.INTEGRITY: FailureExample(
        "A write was cut short, by a full disk or a kill, and nobody cut the rest off or completed it.",
        "Look at the last write to that target: `storage.ENOSPC`, a kill or a loss of power.",
        FAILURE_HEAD + 'given:\n  files:\n    data/out_dat/a.dat: {text: "one\\ntwo"}\n' + "when:\n  - wait: 1s\n",
    ),
    Failure.ORDER: FailureExample(
        "Lines of one rescue file, or lines that never were in one, stand in the target in another order.",
        "The evidence shows the first two. Look at what was retried between them.",
        FAILURE_HEAD + RESCUED + WORK,
        Behaviour(line_order="reversed"),
    ),
    Failure.RESCUE_REMOVED_AFTER_DELIVERY: FailureExample(
        "A rescue file was removed when its last line was on the way, not when it had arrived.",
        "A kill at that moment loses lines, even if this run did not.",
        FAILURE_HEAD + RESCUED + WORK,
        Behaviour(remove_rescue_file="when_enqueued"),
    ),
    Failure.NO_STARVATION: FailureExample(
        "A recovery ended, or said that it had nothing to do, and left a file that names a sink of the project.",
        "Look for a file before it that is tried again and again.",
        FAILURE_HEAD
        + RESCUED
        + "    data/rescue/ghost-2025-10-04_02:00:00.dat: {lines: 5}\n"
        + "when:\n  - start: wprescue daemon\n  - wait: 5s\n",
        Behaviour(unknown_sink="retry_forever"),
    ),
    Failure.RECOVERY_IDEMPOTENT: FailureExample(
        "After everything was healed, a recovery did not end, or one more changed a target or a rescue file. What "
        "a step has set and nobody has taken back, permission bits or the size of a directory, is named.",
        "The closing phase is in the timeline behind `closing`.",
        FAILURE_HEAD
        + RESCUED
        + '    data/out_dat/notes.txt: {text: ""}\n'
        + 'when:\n  - chmod: {data/out_dat: "0500"}\n  - start: wprescue work\n  - wait: 1s\n',
    ),
    Failure.NOTHING_STUCK: FailureExample(
        "Lines are left where no program will take them: in the `.dat.lock` of a dead writer, in a file for a sink "
        "that there is none of, in a `.dat` that no recovery took, in quarantine. The run is *unverified* where "
        "the scenario says nothing of them, and failed where it allows fewer.",
        "The files are listed, each with the reason; [the invariants](invariants.md#lines-that-are-stuck) say what "
        "counts.",
        OUTAGE.replace("down 1s", "down 1m")
        + "when:\n  - start: wparse daemon\n  - {at: 4s, kill: wparse}\n  - run: wprescue work\n"
        + "then:\n  allow: {lost: in_memory}\n",
    ),
    Failure.RESCUE_NAME: FailureExample(
        "A rescue file was made under a name that can't be read, of another sink, or of another time than that of "
        "the outage, in UTC.",
        "Recovery knows nothing of a file but its name: it goes by the sink and, newest first, by the time.",
        OUTAGE + READ,
        Behaviour(rescue_file_name="zone_time"),
    ),
    Failure.EXIT: FailureExample(
        "A program gave up, was killed (128 plus the signal's number), or has not ended.",
        "The exit codes are on [the page of the programs](programs.md); its last complaint is shown.",
        FAILURE_HEAD
        + "given:\n  files:\n    data/rescue/x-2025-10-04_02:00:00.dat: {lines: 5}\n"
        + WORK
        + "then:\n  exit: {wprescue: 0}\n",
    ),
    Failure.RESCUE_FILES: FailureExample(
        "No outage hit any line, a recovery left a file, or a writer did not release one.",
        "The files that are there are listed. `.lock` with a dead writer: `wproj rescue unlock` adopts it.",
        OUTAGE + READ + "then:\n  rescue: {dat: 0}\n",
    ),
    Failure.SINK_LINES: FailureExample(
        "Lines are still in a rescue file, were dropped, or another number was meant.",
        "The ledger's line says where the others are.",
        OUTAGE + READ + "then:\n  sinks: {a: {lines: 300}}\n",
    ),
    Failure.RATIO: FailureExample(
        "Other rules took the lines, or some of them are not there yet.",
        "Look at `sinks: NAME: lines` and at the rules of the groups.",
        OUTAGE + READ + "then:\n  sinks: {a: {ratio: 0.75, tol: 0.01}}\n",
    ),
    Failure.SPEED: FailureExample(
        "`speed_limit` is another one, the sink was down for a while, or the disk is slow.",
        "The speed is the average from the first batch to the last.",
        FAILURE_HEAD + RESCUED + WORK + "then:\n  sinks: {a: {min_rate: 150/s}}\n",
    ),
    Failure.MARKS: FailureExample(
        "Files were replayed in another order than was thought.",
        "The newest rescue file comes first. `replay: files` checks the order itself.",
        FAILURE_HEAD
        + f"given:\n  files:\n    {FILE}: {{lines: 1, marked: old}}\n"
        + "    data/rescue/a-2025-10-04_02:10:00.dat: {lines: 1, marked: new}\n"
        + WORK
        + "then:\n  sinks: {a: {marked: [old, new]}}\n",
    ),
    Failure.CONTENT: FailureExample(
        "The sink's file has other lines, more, fewer, or in another order.",
        "The first line that differs is shown with its number.",
        FAILURE_HEAD
        + f'given:\n  files:\n    {FILE}: {{text: "one\\nthree\\n"}}\n'
        + WORK
        + "then:\n  sinks: {a: {content: [one, two, three]}}\n",
    ),
    Failure.REPLAYS: FailureExample(
        "A file was not replayed, or in another order: by the time in its name, the newest first.",
        "Both lists are shown.",
        FAILURE_HEAD + RESCUED + WORK + 'then:\n  replay: {files: ["*02:10:00.dat", "*01:59:24.dat"]}\n',
    ),
    Failure.LEDGER: FailureExample(
        "Lines are in another place than was thought.",
        "The targets are listed; [the ledger](invariants.md#the-ledger) says what the places are.",
        OUTAGE + READ + "then:\n  ledger: {rescued: 0}\n",
    ),
    Failure.CHECKPOINT: FailureExample(
        "A replay was stopped earlier or later than was thought, or has left no entry because it was done.",
        "All entries are shown.",
        FAILURE_HEAD + RESCUED + STOPPED.rpartition("  - run")[0] + 'then:\n  checkpoint: {"*01:59:24.dat": 50}\n',
    ),
    Failure.LOG: FailureExample(
        "The message has another text, the pattern does not cover all of it, or it came at another time.",
        "A pattern must match the whole message: begin or end it with `*`. The nearest message is shown.",
        FAILURE_HEAD + RESCUED + WORK + 'then:\n  log: {wprescue: ["recover file"]}\n',
    ),
    Failure.DURATION: FailureExample(
        "Another speed limit, an outage, a slow disk.",
        "It is virtual time, from the program's last start to its end.",
        FAILURE_HEAD + RESCUED + WORK + "then:\n  timing: {wprescue: {within: 100ms}}\n",
    ),
    Failure.METRICS: FailureExample(
        "The last report came before the end, or two reports had the same figure.",
        "`wptest timeline --events monitor.stat` shows all reports.",
        FAILURE_HEAD + RESCUED + WORK + "then:\n  metrics: {wprescue: {sink_stat: {a: {success: 61}}}}\n",
    ),
    Failure.VALIDATE: FailureExample(
        "The shares of the sinks are not what their `expect` says.",
        "What was judged is listed, sink by sink.",
        OUTAGE.replace("down 1s]}", "down 1s], expect: {ratio: 1.0}}").replace(
            "given", "  expect: {basis: total_input, mode: error}\ngiven"
        )
        + READ
        + "then:\n  validate: pass\n",
    ),
    Failure.HAPPENED: FailureExample(
        "An event of `must_not_happen` happened.",
        "The first time and its particulars are shown.",
        OUTAGE + READ + "then:\n  must_not_happen: rescue.created\n",
    ),
    Failure.OWN_CHECK: FailureExample(
        "A function marked with `@wptest.check` gave a message, an assertion in it doesn't hold, or it raised an "
        "exception: then its file and line are told.",
        "The message is the function's own; [extensions](extensions.md) says what it can look at.",
        FAILURE_HEAD + RESCUED + WORK + "then:\n  at_most: {sink: a, lines: 50}\n",
        extensions="import wptest\n\n\n@wptest.check\n"
        "def at_most(run: wptest.Run, sink: wptest.SinkName, lines: int):\n"
        '    """A sink has so many lines at most."""\n    if len(run.lines(sink)) > lines:\n'
        '        yield f"{sink} has {len(run.lines(sink))} lines, at most {lines} were expected"\n',
    ),
    Failure.OUTPUT: FailureExample(
        "The line has another text, the pattern does not cover all of it, or an earlier run of the program "
        "printed it.",
        "Only what the last run printed counts. A pattern must match the whole line: begin or end it with `*`.",
        FAILURE_HEAD
        + RESCUED
        + 'when:\n  - run: wproj rescue stat\nthen:\n  output: {wproj: ["Total: files=2*"]}\n',
    ),
    Failure.STUCK: FailureExample(
        "A step waits for a program that does not end or come to rest, and nothing has moved for an hour of "
        "virtual time, or longer where phases and faults are longer.",
        "A daemon ends only after a signal.",
        FAILURE_HEAD + "when:\n  - start: wparse daemon\n  - wait: {exit: wparse}\n",
    ),
    Failure.LIMIT: FailureExample(
        "The steps took longer than `limit`.",
        "Look for the wait that took so long: `wptest timeline`.",
        FAILURE_HEAD + RESCUED.replace("60", "1k") + WORK + "limit: 5s\n",
    ),
    Failure.LIVELOCK: FailureExample(
        "The programs are busy without end: a run takes a hundred million steps at most. The one below was given "
        "twenty thousand.",
        "Look at the end of the timeline: what happens again and again?",
        FAILURE_HEAD + "when:\n  - start: wprescue daemon\n  - wait: 30d\n",
        most_steps=20_000,
    ),
    Failure.CLEANUP: FailureExample(
        "A cleanup step could not do what it should, did not come to its end, or ran a program that failed. The "
        "run is *unclean*, unless something else failed, too.",
        "Cleanup steps run whatever became of the steps before, so they must be ready for any state.",
        FAILURE_HEAD + WORK + "cleanup:\n  - remove: data/out_dat/a.dat\n",
    ),
    Failure.OWN_CODE: FailureExample(
        "A function marked with `@wptest.fault` raised an exception.",
        "Its file and line are told, and how it came there.",
        FAILURE_HEAD + "when:\n  - fault: {cut: {path: data/rescue/gone.dat}}\n  - run: wprescue work\n",
        extensions="import wptest\n\n\n@wptest.fault\ndef cut(hand: wptest.Hand, path: wptest.Path):\n"
        '    """Cuts a file down to nothing."""\n    hand.truncate(path, 0)\n',
    ),
    Failure.OWN_SINK: FailureExample(
        "A class marked with `@wptest.sink` raised something else than OSError or `wptest.SinkFailed`, makes what "
        "is no sink, or says of what it has stored what can't be.",
        "Its file and line are told. [Python sinks](python-sinks.md) says which errors a sink may have.",
        FAILURE_HEAD.replace("a: {}", "a: {careless: {}}") + RESCUED + WORK,
        extensions="import wptest\n\n\n@wptest.sink\nclass Careless:\n"
        '    """Forgets that lines are bytes."""\n\n    def __init__(self, path: str) -> None:\n'
        '        self.file = open(path, "a")\n\n    def write(self, lines: list[bytes]) -> None:\n'
        '        self.file.writelines(line + "\\n" for line in lines)\n',
    ),
    Failure.TIMEOUT: FailureExample(
        "Code of your own never comes back: a loop without an end, or a wait for something outside of the run. "
        "`--timeout` is 5 minutes, and the only thing about a run that real time decides.",
        "The evidence says in which line it was. Where it is no line of yours, the scenario is too large, or its "
        "programs go on and on.",
        FAILURE_HEAD + "when:\n  - run: wprescue work\nthen:\n  answered: {by: a}\n",
        extensions="import time\n\nimport wptest\n\n\n@wptest.check\n"
        "def answered(run: wptest.Run, by: wptest.SinkName):\n"
        '    """Waits for an answer."""\n    time.sleep(86_400)\n',
        timeout=SECOND,
    ),
    Failure.MEMORY: FailureExample(
        "The scenario has more lines than fit into memory, or code of your own keeps too much.",
        "The evidence says where it was, if that is a line of yours.",
        FAILURE_HEAD + "when:\n  - run: wprescue work\nthen:\n  hoarded: {from: a}\n",
        extensions="import wptest\n\n\n@wptest.check\ndef hoarded(run: wptest.Run, from_: wptest.SinkName):\n"
        '    """Keeps everything."""\n    return b"x" * 10**15\n',
    ),
    **UNPROVED,
}
