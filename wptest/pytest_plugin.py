"""The pytest plugin: scenario files are test files.

Every pytest run of everybody who has wptest installed imports this module, so it imports next to nothing, and
looks at the names of files only. What collects and runs scenarios is in `wptest.collect`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from wptest.collect.recognised import has_scenario
from wptest.kept.choices import DEFAULT_LONGEST, DEFAULT_TIMEOUT, LEVELS, SUBJECTS, SUFFIXES

_VARIABLES = "WPTEST_"
# Our marker in an expression of `-m`, and in it a value that is no text and could be nothing else.
_OURS = re.compile(r"\bwptest\([^)]*\)")
_BARE = re.compile(r"(\b\w+\s*=\s*)(?!(?:True|False|None|-?\d+)\s*[,)])([^\s'\",()]+)")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of group `wptest`."""
    group = parser.getgroup("wptest", "log-pipeline scenarios (wptest)")
    group.addoption(
        "--wptest-seed",
        type=int,
        default=0,
        metavar="N",
        help="Seed of all random choices in scenarios (default: 0).",
    )
    group.addoption(
        "--wptest-behaviour",
        action="append",
        default=[],
        metavar="NAME",
        help="Run programs that behave so: a profile, or CHOICE=VALUE; may be given again.",
    )
    group.addoption(
        "--wptest-explore",
        choices=LEVELS,
        metavar="off|quick|full",
        help="Explore what passes, where a scenario asks for it: at most 200 runs in each exploration, or all.",
    )
    group.addoption(
        "--wptest-subject",
        choices=SUBJECTS,
        default="engine",
        help="Run scenarios on the engine (default), or start real programs in a temporary directory.",
    )
    group.addoption(
        "--wptest-bin-dir",
        default="",
        metavar="DIR",
        help="With --wptest-subject=process, the directory of the programs (default: those of wptest).",
    )
    group.addoption(
        "--wptest-longest",
        metavar="DURATION",
        help="With --wptest-subject=process, leave scenarios unverified that would take longer in real time "
        f"(default: {DEFAULT_LONGEST}).",
    )
    group.addoption(
        "--wptest-server",
        action="append",
        default=[],
        metavar="[NAME=]SERVER",
        help="Let this database server of scenarios be a real one: mariadb, postgres, clickhouse, opensearch, "
        "sqlite, or a URL of this machine. Without NAME each server that it fits; may be given again.",
    )
    group.addoption(
        "--wptest-json",
        metavar="FILE",
        help="Write what came of scenarios as JSON, as `wptest run --json` does; with xdist, of all workers.",
    )
    group.addoption(
        "--wptest-report",
        metavar="FILE",
        help="Write it as one HTML page, as `wptest run --report` does, with pictures of what is no pass.",
    )
    group.addoption(
        "--wptest-timeout",
        metavar="DURATION",
        help="End a scenario that takes longer in real time, like code of your own that never comes back; "
        f"0s for no limit (default: {DEFAULT_TIMEOUT}).",
    )
    parser.addini("wptest_timeout", "The default of --wptest-timeout.", default=DEFAULT_TIMEOUT)
    parser.addini("wptest_explore", "The default of --wptest-explore.", default="off")
    parser.addini("wptest_store", "Keep failures, for `wptest replay`.", type="bool", default=True)


def pytest_load_initial_conftests(parser: pytest.Parser, args: list[str]) -> None:
    """Say of an option that looks like one of ours which one is meant: pytest only knows that there is none.

    Raises:
        pytest.UsageError: there is such an option, and one that is nearly the same.
    """
    given = [each.partition("=")[0] for each in args[: args.index("--") if "--" in args else None]]
    known = [name for option in parser.getgroup("wptest").options for name in option.names()]
    for name in given:
        if name.startswith("--wptest") and name not in known:
            from engine.text.mistake import suggest  # noqa: PLC0415 - as said above

            if near := suggest(name, known):
                raise pytest.UsageError(f"there is no option {name}: {near}")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker that every scenario has.

    Raises:
        pytest.UsageError: what is asked for is nothing that there is, or doesn't go together.
    """
    written = str(config.getoption("markexpr", ""))
    mended = _OURS.sub(lambda call: _BARE.sub(r"\1'\2'", call[0]), written)
    if mended != written:
        raise pytest.UsageError(f"-m {written}: a value that is a text needs quotes: {mended}")
    config.addinivalue_line("markers", "wptest: a scenario from a *.wptest.yaml file.")
    if _asks_for_something(config):
        from wptest.collect.pytest_options import check_options  # noqa: PLC0415 - as said above

        check_options(config)
    if config.getoption("wptest_json") or config.getoption("wptest_report"):
        from wptest.collect.session_reports import SessionReports  # noqa: PLC0415 - as said above

        config.pluginmanager.register(SessionReports(config), "wptest-reports")


def _asks_for_something(config: pytest.Config) -> bool:
    """Whether there is anything to check: hardly anybody else's run has it."""
    options = ("behaviour", "bin_dir", "longest", "timeout", "explore", "server")
    is_standard = config.getini("wptest_timeout") == DEFAULT_TIMEOUT and config.getini("wptest_explore") == "off"
    return (
        not is_standard
        or any(name.startswith(_VARIABLES) for name in os.environ)
        or config.getoption("wptest_subject") != "engine"
        or any(config.getoption(f"wptest_{name}") for name in options)
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `*.wptest.yaml`, and any other YAML file that is named on the command line and has a scenario."""
    if not file_path.name.endswith(SUFFIXES) and not (
        parent.session.isinitpath(file_path) and has_scenario(file_path)
    ):
        return None
    from wptest.collect.nodes import ScenarioFile  # noqa: PLC0415 - as said above

    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """See whether real servers are asked for by names that scenarios have, before any is left out.

    Raises:
        pytest.UsageError: none has such a server.
    """
    if any("=" in each for each in config.getoption("wptest_server")):
        from wptest.collect.pytest_options import check_servers  # noqa: PLC0415 - as said above

        check_servers(config, items)


@pytest.hookimpl(tryfirst=True)
def pytest_keyboard_interrupt(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """See that pytest can show where it was interrupted, and so that it ends as interrupted."""
    from wptest.collect.lines_of_frames import drop_frames_without_line  # noqa: PLC0415 - as said above

    drop_frames_without_line(excinfo.value)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what there is to say of projects, each of it once, and how much was explored, if anything was."""
    tests = [report for reports in terminalreporter.stats.values() for report in reports]
    pairs = [getattr(test, "user_properties", ()) for test in tests if getattr(test, "when", "") == "call"]
    for remark in dict.fromkeys(value for each in pairs for key, value in each if key == "wptest_remark"):
        terminalreporter.write_line(f"wptest: {remark}")
    properties = [dict(each) for each in pairs]
    explored = [each for each in properties if "wptest_explored" in each]
    if explored:
        runs = sum(int(each["wptest_explored_runs"]) for each in explored)
        held = sum(each["wptest_explored"] == "passed" for each in explored)
        line = f"wptest: {len(explored)} explored in {runs:,} runs, {held} without a breach"
        terminalreporter.write_line(line)
