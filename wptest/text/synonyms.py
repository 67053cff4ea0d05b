"""What people write for the words of the language who know another tool, or just another word.

A word means the first of its meanings that can stand where it was written: `count` is `lines` of a sink and `times`
of a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_WRITTEN_FOR: Mapping[str, str] = {
    # the top level
    "scenario": "name id test case testcase test_case scenario_id feature",
    "title": "description desc summary comment doc docs",
    "tags": "labels markers marks groups categories category",
    "matrix": "params parameters parametrize variants for_each foreach examples strategy",
    "xfail": "expected_failure known_bug known_failure",
    "skip": "disabled ignore ignored enabled",
    "only_if": "if when_if condition conditions skip_if skipif run_if",
    "project": "config configuration pipeline topology setup_project conf",
    "given": "setup before prepare preconditions precondition arrange context environment initial stage background",
    "when": "steps timeline actions do act flow sequence script events run_steps",
    "meanwhile": "parallel concurrently concurrent during alongside beside chaos",
    "then": "expect expects expected expectation expectations assert asserts assertions verify check checks result "
    "results outcome post postconditions should",
    "cleanup": "teardown tear_down after finally clean_up restore always",
    "explore": "fuzz search crash_points",
    "limit": "timeout time_limit max_time deadline max_duration",
    # steps
    "run": "exec execute command cmd shell call invoke",
    "start": "spawn launch daemon begin up",
    "wait": "sleep pause delay wait_for until idle",
    "signal": "stop shutdown terminate interrupt send_signal sigterm term quit",
    "kill": "crash sigkill kill9 die abort",
    "power_loss": "poweroff power_off power_cut powerloss reboot outage",
    "fault": "fail inject failure error break chaos io_error",
    "heal": "repair unfault clear_faults clear fix reset recover",
    "disk": "quota disk_full disk_size resize space full_disk",
    "clock": "time_jump set_time date time_travel ntp now",
    "write": "create append copy put file files touch_file",
    "remove": "delete rm unlink del",
    "chmod": "permissions permission mode perms access readonly read_only",
    "touch": "create_empty",
    "check": "then expect expects assert verify should",
    "use": "include call steps template",
    "upon": "on trigger when once at_event after_event",
    "at": "time t at_time when on_time",
    # faults
    "on": "path paths file files target targets glob pattern match where for_files",
    "fail": "operation operations op ops syscall call action failed error",
    "errno": "error error_code errorcode err code with exception",
    "slow": "delay latency delay_by slowdown",
    "torn": "partial cut",
    "short": "short_write",
    "corrupt": "bit_flip bitflip bitrot flip garble",
    "for": "duration lasts during length",
    "nth": "skip starting_at from index",
    "times": "count repeat number max_times",
    # the stage
    "source": "input log_source lines_in generator gen load traffic",
    "files": "file preexisting existing",
    "env": "environment_variables variables envs",
    "filters": "filter filtered",
    "durability": "fsync_mode disk_profile crash_model",
    "lines": "count number total received delivered events messages records rows line_count lines_count n amount "
    "equals equal is eq exactly",
    "rate": "speed throughput per_second rps eps qps lines_per_second",
    "rules": "weights shares share mix distribution",
    "text": "content contents data body",
    "marked": "mark marker label",
    # projects and sinks
    "sinks": "outputs targets sink_list destinations",
    "groups": "sink_groups group",
    "rule": "rules match route routes pattern patterns",
    "type": "kind sink_type class connector",
    "file": "path target filename output file_name out",
    "phases": "outage outages schedule up_down downtime availability",
    "expect": "expectations expected then",
    "strategy": "retry retries policy on_error on_failure error_handling",
    "speed_limit": "rate_limit throttle max_rate limit",
    "rescue_root": "rescue_dir rescue_path rescue",
    "log_level": "level loglevel verbosity",
    # expectations
    "exit": "exit_code exit_codes exitcode exitcodes status returncode return_code rc",
    "rescue": "rescue_files rescued_files rescued",
    "replay": "replayed recovery replays",
    "output": "stdout out stderr prints printed",
    "log": "logs message messages logged",
    "timing": "duration durations time elapsed took runtime",
    "metrics": "stats statistics monitor counters figures",
    "validate": "validation valid verdict",
    "must_happen": "happened happens events must event must_have_happened",
    "must_not_happen": "must_not never forbidden not_happened no_event",
    "allow": "allowed tolerate tolerated permit accept",
    "dat": "files finished released done data",
    "lock": "locked open unreleased lock_files locks flock",
    "ratio": "share fraction percent percentage proportion",
    "tol": "tolerance delta epsilon within precision margin",
    "content": "text body data equals file contents lines_are",
    "max_rate": "max_speed at_most_rate max_throughput",
    "min_rate": "min_speed at_least_rate min_throughput",
    "is": "equals exact exactly equal lines eq text",
    "contains": "includes contain has include matches any",
    "never": "not not_contains excludes absent must_not without no none",
    "in_order": "contains includes has order ordered sequence must matches lines in",
    "exactly": "count counts times number",
    "duplicates": "duplicate dupes doubled double doubles dups",
    "lost": "missing loss lose none nothing",
    "stranded": "stuck left",
    "within": "max at_most less_than under max_duration shorter_than",
    "at_least": "min more_than over min_duration longer_than",
    # small things
    "size": "capacity space max bytes limit quota",
    "step": "jump set offset shift by",
    "drift": "skew",
    "truncate": "precision resolution round cut shrink cut_off",
    "event": "until happened on",
    "expression": "if condition when expr",
    "reason": "why because message",
    "with": "params parameters args arguments inputs",
    "unsynced": "keep lose loss",
    # values
    "KILL": "9 sigkill 6 abrt sigabrt abort segv sigsegv 11",
    "TERM": "15 sigterm stop terminate 3 quit sigquit exit",
    "INT": "2 sigint ctrl-c ctrl_c interrupt",
    "HUP": "1 sighup reload",
    "USR1": "10 sigusr1 graceful 12 usr2 sigusr2",
    "ENOSPC": "28 disk_full full no_space nospace",
    "EIO": "5 io_error io ioerror",
    "EACCES": "13 permission_denied denied eacess",
    "EROFS": "30 readonly read_only",
    "EDQUOT": "122 quota",
    "EMFILE": "24 too_many_files too_many_open_files",
    "append": "writes pwrite fwrite",
    "fsync": "sync flush fdatasync",
    "rename": "move mv replace",
    "mkdir": "makedirs create_directory",
    "list": "listdir readdir ls scan",
    "open": "create creat",
    "stat": "exists lstat",
    "blackhole": "null none devnull /dev/null void discard drop memory mem",
    "test_rescue": "flaky unstable test rescue unreliable",
    "fix_retry": "retry fixretry",
    "ignore": "skip drop",
    "pass": "ok passed true success green yes",
    "warn": "warning warnings",
    "idle": "quiet done finished ready quiescent settled",
    "kept": "all everything keep",
    "some": "half random part",
    "strict": "none safe",
    "ordered": "ext4 xfs btrfs journaled",
    "duration": "time",
    "number": "int integer count float",
    "any": "object value",
}


def _meanings() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word, others in _WRITTEN_FOR.items():
        for other in others.split():
            found[other] = (*found.get(other, ()), word)
    return found


_MEANINGS = _meanings()


def meanings_of(word: str) -> tuple[str, ...]:
    """What a word stands for, wherever that may be."""
    return _MEANINGS.get(_plain(word), ())


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that another one stands for: the same in capitals, one or many of it, or a word for it."""
    plain = _plain(word)
    names = {name.casefold().replace("-", "_"): name for name in known}
    for same in (plain, f"{plain}s", plain.removesuffix("s")):
        if same in names:
            return names[same]
    stands = next((names[each.casefold()] for each in meanings_of(word) if each.casefold() in names), None)
    return stands or next((name for plainer, name in names.items() if plain.startswith(f"{plainer}_")), None)


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
