"""`--wptest-json FILE` and `--wptest-report FILE`: what came of the scenarios of a session, as `wptest run` has it.

What a variant came to goes with its test report from a worker of xdist to the controller, which writes the files.
They are whole as well after Ctrl-C or SIGTERM: with what was done until then.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from pydantic import TypeAdapter

from engine.text.diagnostic import file_name
from engine.text.mistake import reason_of
from wptest.collect.nodes import Variant
from wptest.collect.real_files import real_files
from wptest.collect.recognised import has_scenario
from wptest.document.document_json import document_text
from wptest.document.report_document import ReportDocument, ReportedCommand
from wptest.document.report_events import VariantEnded
from wptest.document.reported_finding import ReportedFinding
from wptest.document.reported_variant import ReportedVariant
from wptest.kept.choices import SUFFIXES
from wptest.kept.installed import versions
from wptest.kept.whole_file import clash_of, try_out, write_whole
from wptest.play.stopwatch import Stopwatch
from wptest.report.assembly import Assembly
from wptest.report.page.html_page import html_page

_MAKERS: dict[str, Callable[[ReportDocument], str]] = {"wptest-json": document_text, "wptest-report": html_page}
_CRASHED = "???"  # what xdist says when a test's worker has died: there was no phase
_ENDED = "wptest_ended"  # the attribute of a test report


class SessionReports:
    """A plugin of a session that somebody wants the report of, in the controller and in its workers alike.

    Raises:
        pytest.UsageError: a file can't be written.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._cwd = config.invocation_params.dir
        named = {option: config.getoption(option.replace("-", "_")) for option in _MAKERS}
        self._files = {option: Path(self._cwd, name) for option, name in named.items() if name}
        self._writes = not hasattr(config, "workerinput")
        self._knows = TypeAdapter(VariantEnded)
        self._planned: dict[str, int] = {}
        self._heard: list[tuple[int, VariantEnded]] = []
        self._interrupted = False
        self._written = False
        self._began = datetime.now(UTC)
        self._watch = Stopwatch()
        self._before: Any = None
        if clash := clash_of(self._files):
            raise pytest.UsageError(clash)
        for option, file in self._files.items() if self._writes else ():
            try:
                try_out(file)
            except OSError as error:
                raise _unwritten(option, file, error) from None

    def pytest_sessionstart(self) -> None:
        """Let SIGTERM end the session as Ctrl-C does, so that there is a report of what was done."""
        if self._writes and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            self._before = signal.signal(signal.SIGTERM, _interrupt)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Give a scenario's test report what came of it."""
        report = yield
        if isinstance(item, Variant) and call.when != "teardown":
            ended = item.ended
            if ended is None and not report.passed:
                ended = self._without_result(*item.of_scenario, str(item.path), report, call)
            if ended is not None and (call.when == "call" or not report.passed):
                setattr(report, _ENDED, self._knows.dump_python(ended, mode="json"))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear what came of a scenario."""
        if not self._writes or str(report.outcome) == "rerun":
            return
        data = getattr(report, _ENDED, None)
        if data is not None:
            self._hear(report, self._knows.validate_python(data))
        elif report.when == _CRASHED and self._is_of_scenario(report.nodeid):
            path, scenario, variant = (*report.nodeid.split("::"), "", "")[:3]
            self._hear(
                report,
                self._without_result(scenario, variant, str(self._config.rootpath / path), report, None),
            )

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn what is to be run, and in which order."""
        self._plan(item.nodeid for item in session.items if isinstance(item, Variant))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """The same, as each worker tells it."""
        self._plan(filter(self._is_of_scenario, ids))

    def pytest_keyboard_interrupt(self) -> None:
        """Know that it ends before its time, maybe before it has begun."""
        self._interrupted = True

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the files.

        Raises:
            pytest.UsageError: one can't be written.
        """
        if self._writes:
            self._write(exitstatus)
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)

    def pytest_unconfigure(self) -> None:
        """Write them as well where no session came of it: it was interrupted while it began."""
        if self._writes and self._interrupted and not self._written:
            self._write(pytest.ExitCode.INTERRUPTED)

    def _write(self, exitstatus: int) -> None:
        self._written = True
        assembly = Assembly(versions() | {"pytest": pytest.__version__})
        # Workers end in any order; what they ran is told in the order in which one process runs it.
        for _, ended in sorted(self._heard, key=lambda heard: heard[0]):
            assembly.hear(ended)
        assembly.summary.planned += len(self._planned)
        assembly.summary.interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        command = ReportedCommand(
            name="pytest",
            arguments=tuple(map(str, self._config.invocation_params.args)),
            began_at=self._began.isoformat(timespec="seconds").replace("+00:00", "Z"),
            duration_seconds=round(self._watch.seconds, 3),
            exit_code=int(exitstatus),
            interrupted=assembly.summary.interrupted,
        )
        with real_files():
            document = assembly.document(command)
            for option, file in self._files.items():
                try:
                    write_whole(file, _MAKERS[option](document))
                except OSError as error:
                    raise _unwritten(option, file, error) from None

    def _plan(self, ids: Iterable[str]) -> None:
        for each in ids:
            self._planned.setdefault(each, len(self._planned))

    def _hear(self, report: pytest.TestReport, ended: VariantEnded) -> None:
        self._heard.append((self._planned.get(report.nodeid, len(self._planned)), ended))

    def _is_of_scenario(self, nodeid: str) -> bool:
        """Whether it is a scenario's, as the controller sees it, which collects none."""
        path = self._config.rootpath / nodeid.partition("::")[0]
        return path.name.endswith(SUFFIXES) or has_scenario(path)

    def _without_result(
        self, scenario: str, variant: str, path: str, report: pytest.TestReport, call: pytest.CallInfo[None] | None
    ) -> VariantEnded:
        """What to say of a scenario that gave no result: a fixture skipped it or failed, or its worker died."""
        file = file_name(Path(path), self._cwd)
        value = call.excinfo.value if call is not None and call.excinfo is not None else None
        why = str(value) if value is not None else str(report.longrepr)
        why = why.partition("\n")[0] or type(value).__name__
        is_skipped = report.skipped
        told = ReportedVariant(
            id="::".join(filter(None, (file, scenario, variant))),
            file=file,
            scenario=scenario,
            variant=variant,
            outcome="skipped" if is_skipped else "error",
            why="" if is_skipped else why,
            reason=why if is_skipped else "",
            findings=() if is_skipped else (ReportedFinding("error", "", "run", "run", why),),
            text="" if is_skipped else report.longreprtext,
            duration_seconds=report.duration,
        )
        return VariantEnded(told)


def _unwritten(option: str, file: Path, error: OSError) -> pytest.UsageError:
    return pytest.UsageError(f"--{option}: can't write '{file}': {reason_of(error)}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise KeyboardInterrupt
