from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings

from engine.kernel import soundness

soundness.checked = True  # whole states are looked through after each change: what users' runs don't pay for

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts jobs in the background with Ctrl-C switched off; the tests of interrupts need it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


_bytecode = ""
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    # Tests start some hundred processes, and each would compile all that it imports; here the first one does it.
    _bytecode = os.environ["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="bytecode-")


def pytest_unconfigure() -> None:
    if _bytecode:
        shutil.rmtree(_bytecode, ignore_errors=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-slow", action="store_true", help="Run the tests that are marked as slow, too.")
    parser.addoption(
        "--fuzz", type=int, metavar="N", help="Give each test of the hypothesis profile `fuzz` N random inputs."
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the profile `fuzz`: the same few inputs every time, or with --fuzz so many, others each time.

    No other property test has a deadline: how long an input takes says more about the machine than about it.
    """
    settings.register_profile("without-deadline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("without-deadline")
    inputs = config.getoption("fuzz")
    settings.register_profile(
        "fuzz",
        max_examples=inputs or 100,
        derandomize=inputs is None,
        database=None,
        deadline=timedelta(seconds=20),  # far more than any input takes: what needs longer hangs
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


def pytest_collection_finish() -> None:
    """Leave what stays for good out of all that looks for rubbish: by now that is a million objects."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("run_slow"):
        return
    for item in items:
        if item.get_closest_marker("slow") or item.get_closest_marker("soak"):  # shipped scenarios have tags
            item.add_marker(pytest.mark.skip(reason="slow: needs --run-slow"))
