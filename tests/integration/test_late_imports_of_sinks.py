"""Modules that a sink's code imports first, in the middle of a run: they keep nothing of its clock."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import sys
import time
from datetime import date, datetime

import pytest
from python_sinks import Plain, scenario, with_sink

from wptest.run.running import run_variant

NUMBERS = itertools.count()
WHEN = "  - run: wparse batch"
IMPORTS = "import dataclasses, functools, time\nimport datetime as dt\nfrom datetime import date, datetime\n"
DATACLASS = "@dataclasses.dataclass\nclass D:\n    t: datetime = dataclasses.field(default_factory=datetime.now)"
MODEL = "from pydantic import BaseModel\nclass M(BaseModel):\n    t: datetime"
ANNOTATED = f"from __future__ import annotations\n{IMPORTS}{MODEL} | None = None\n    d: date"
THIS_YEAR = datetime.now().year


@pytest.fixture
def late(tmp_path, monkeypatch):
    """Write a module that nobody has imported: its name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(text, name=None, imports=IMPORTS):
        name = name or f"late_{next(NUMBERS)}"
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{imports}{text}\n", encoding="utf-8")
        importlib.invalidate_caches()
        return name

    yield write
    for name in [name for name in sys.modules if name.startswith("late_")]:
        del sys.modules[name]


def in_a_run(tmp_path, do):
    """Let a sink do something before it writes; what `do` makes of the number of its call."""
    did = []

    class Doing(Plain):
        def write(self, lines):
            did.append(do())
            super().write(lines)

    variant = with_sink(scenario(tmp_path / "s.wptest.yaml", WHEN), Doing)
    result = run_variant(variant)
    assert [finding.message for finding in result.findings] == []
    return did


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("def put(now=datetime.now): return now()", lambda late: late.put()),
        ("def put(*, now=dt.datetime.now): return now()", lambda late: late.put()),
        ("class C:\n    clock = datetime", lambda late: late.C.clock.now()),
        ("class C:\n    now = staticmethod(dt.datetime.now)", lambda late: late.C.now()),
        ("CLOCKS = {'utc': datetime.now}", lambda late: late.CLOCKS["utc"]()),
        ("CLOCKS = [datetime]", lambda late: late.CLOCKS[0].now()),
        (DATACLASS, lambda late: late.D().t),
        ("BORN = datetime.now()", lambda late: late.BORN),
        ("now = functools.partial(datetime.now)", lambda late: late.now()),
        ("seconds = functools.partial(time.time)", lambda late: datetime.fromtimestamp(late.seconds())),
        (
            "def clock(seconds=time.time_ns): return seconds()",
            lambda late: datetime.fromtimestamp(late.clock() / 1e9),
        ),
        ("class Day(date): pass", lambda late: datetime.fromordinal(late.Day.today().toordinal())),
        ("class When(datetime): pass\nBORN = When.now()", lambda late: datetime(*late.BORN.timetuple()[:6])),
        (MODEL, lambda late: late.M(t=datetime.now()).t),
    ],
)
def test_what_a_late_module_takes_hold_of_is_real(tmp_path, late, text, kept):
    name = late(text)

    in_a_run(tmp_path, lambda: importlib.import_module(name))

    moment = kept(sys.modules[name])
    assert type(moment) is datetime
    assert moment.year == THIS_YEAR


def test_its_names_are_virtual_in_the_run_and_real_afterwards(tmp_path, late):
    name = late("def now(): return datetime.now(), dt.datetime.now(), time.time(), date.today()")

    for moment, same, seconds, day in in_a_run(tmp_path, lambda: importlib.import_module(name).now()):
        assert moment == same == datetime.fromtimestamp(seconds, tz=None)
        assert (moment.year, day.year) == (2025, 2025)
    assert sys.modules[name].now()[0].year == THIS_YEAR
    assert (sys.modules[name].datetime, sys.modules[name].date) == (datetime, date)
    assert sys.modules[name].time is time


def test_a_late_module_may_import_others_and_parts_of_packages(tmp_path, late):
    late("", name="late_package.__init__")
    late("def put(now=datetime.now): return now()", name="late_package.part")
    inner = late("CLOCK = datetime")
    outer = late(f"from late_package import part\nfrom {inner} import CLOCK\nBORN = datetime.now()")

    in_a_run(tmp_path, lambda: __import__(outer))

    outer = sys.modules[outer]
    assert outer.part.put().year == outer.CLOCK.now().year == outer.BORN.year == THIS_YEAR


def test_the_clock_is_back_after_a_module_that_breaks(tmp_path, late):
    name = late("raise LookupError('not here')")

    def tried():
        with pytest.raises(LookupError, match="not here"):
            __import__(name)
        return datetime.now().year

    assert set(in_a_run(tmp_path, tried)) == {2025}
    assert name not in sys.modules


def test_a_late_module_knows_its_own_loader_and_its_source_can_be_read(tmp_path, late):
    name, other = late("X = 1"), late("X = 2")

    (source, *_) = in_a_run(tmp_path, lambda: importlib.util.find_spec(other).loader.get_source(other))
    in_a_run(tmp_path, lambda: importlib.import_module(name))

    assert source.endswith("X = 2\n")
    spec = importlib.util.find_spec(name)
    assert type(sys.modules[name].__loader__) is type(spec.loader) is type(importlib.util.find_spec(other).loader)


def test_nothing_stays_in_the_way_of_imports(tmp_path):
    before = list(sys.meta_path)

    in_a_run(tmp_path, lambda: None)

    assert sys.meta_path == before


def test_a_model_that_is_made_in_a_run_has_real_dates(tmp_path, late):
    name = late(
        "def made():\n    class M(BaseModel):\n        t: datetime\n        d: date\n    return M",
        imports=f"{IMPORTS}{MODEL}\n",
    )

    (model, *_) = in_a_run(tmp_path, lambda: importlib.import_module(name).made())

    made = model(t="2024-01-02 03:04:05", d="2024-01-02")
    assert (type(made.t), type(made.d)) == (datetime, date)


def test_a_model_with_annotations_that_are_read_later(tmp_path, late):
    name = late("", imports=ANNOTATED)

    in_a_run(tmp_path, lambda: importlib.import_module(name).M(t=datetime.now(), d=date.today()))

    assert type(sys.modules[name].M(d="2024-01-02").d) is date
