"""Whatever a sink's own code raises or gives, the run says where in that code, and goes wrong in no other way."""

from __future__ import annotations

import textwrap
from sysconfig import get_path

import pytest

from engine.foreign.sink_mistakes import mistake_of
from wptest.run.running import run_variant
from wptest.scenario.load import load_file

_SCENARIO = """\
scenario: s
project: {sinks: {a: {odd: {}}}}
given:
  source: {lines: 30, rate: 100/s}
  files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 30}}
when:
  - run: wparse batch
  - fault: {on: data/out_dat/a.dat, fail: open, errno: EIO, times: 1}
  - run: wprescue work
"""
_SINK = """\
import wptest
from wptest import SinkFailed

class Silent(Exception):
    def __str__(self): raise RuntimeError

class Final(BaseException): pass

class Bare(SinkFailed):
    def __init__(self): pass

class Stubborn(OSError):
    strerror = property(lambda self: 1 / 0)

@wptest.sink
class Odd:
    def __init__(self, path: str):
        self.path = path
        self.begin()
    def begin(self): pass
    def write(self, lines: list[bytes]) -> None:
        with open(self.path, "ab") as file:
            file.writelines(line + b"\\n" for line in lines)
"""
RAISED = {
    "ValueError": ("ValueError('no such table')", "ValueError: no such table"),
    "a text of lines": (r"ValueError('one\n  two')", "ValueError: one two"),
    "KeyError": ("KeyError('x')", "KeyError: 'x'"),
    "SystemExit": ("SystemExit(3)", "SystemExit: 3"),
    "KeyboardInterrupt": ("KeyboardInterrupt", "KeyboardInterrupt"),
    "GeneratorExit": ("GeneratorExit", "GeneratorExit"),
    "StopIteration": ("StopIteration", "StopIteration"),
    "of its own, final": ("Final('gone')", "Final: gone"),
    "of its own, without a text": ("Silent()", "Silent: its text can't be had, that raises RuntimeError"),
    "an OSError that is none": ("Stubborn(5, 'x')", "ZeroDivisionError: division by zero"),
    "SinkFailed that says nothing": ("Bare()", "AttributeError: 'Bare' object has no attribute 'written'"),
    "SinkFailed with less than none": (
        "SinkFailed('x', written=-1)",
        "ValueError: 'written' is -1, an int: expected",
    ),
    "SinkFailed with a text": ("SinkFailed('x', written='3')", "ValueError: 'written' is '3', a str: expected"),
    "SinkFailed with a bool": ("SinkFailed('x', written=True)", "ValueError: 'written' is True, a bool: expected"),
    "one place": ("SinkFailed('x', refused=1)", "TypeError: 'refused' is 1, an int: expected places of lines"),
    "a place of none": ("SinkFailed('x', again=[-1])", "ValueError: 'again' has -1: expected places of lines"),
    "a line": ("SinkFailed('x', refused=b'one')", "TypeError: 'refused' is b'one', a bytes: expected places"),
    "lines": ("SinkFailed('x', unknown=[b'one'])", "TypeError: 'unknown' has b'one', a bytes: expected places"),
    "a mask": ("SinkFailed('x', refused=[False, True])", "TypeError: 'refused' has False, a bool: expected places"),
    "no reason": (
        "SinkFailed('x', refused={0: None})",
        "TypeError: the reason for line 0 in 'refused' is None: expected a text",
    ),
    "refused and written": (
        "SinkFailed('x', written=2, refused=[1])",
        "ValueError: 'written' and 'refused' both have 1: expected each line in one of them",
    ),
    "refused and again": (
        "SinkFailed('x', refused=[0, 4, 3], again=[4, 3])",
        "ValueError: 'refused' and 'again' both have 3: expected each line in one of them",
    ),
}
# These can't be known before there is a batch.
ANSWERED = {
    "a place too large": (
        "SinkFailed('x', refused=[len(lines)])",
        "ValueError: 'refused' has 10, and there were 10 lines: expected places of lines in the batch, from 0 to 9",
    ),
    "one more written": (
        "SinkFailed('x', written=len(lines) + 1)",
        "ValueError: 'written' is 11, and there were 10 lines",
    ),
    "another batch's lines": (
        "SinkFailed('x', unknown=range(50, 60))",
        "ValueError: 'unknown' has 50, and there were",
    ),
}
NO_LINES = {
    "a place": ("SinkFailed('x', again=[0])", "ValueError: 'again' has 0, and there were no lines"),
    "written": ("SinkFailed('x', written=3)", "ValueError: 'written' is 3, and there were no lines"),
}
OTHERS = [
    (method, *RAISED[raised]) for method in ("sync", "reconnect", "close") for raised in ("KeyError", "SystemExit")
]


@pytest.fixture
def played(tmp_path):
    """Run the scenario with a sink whose class has some more lines: its result, and the place of the marked one."""

    def run(more, sink=_SINK):
        source = sink + textwrap.indent(textwrap.dedent(more).strip("\n"), "    ") + "\n"
        conftest = tmp_path / "conftest.py"
        conftest.write_text(source)
        (tmp_path / "s.wptest.yaml").write_text(_SCENARIO)
        (loaded,) = load_file(tmp_path / "s.wptest.yaml")
        marked = [number for number, line in enumerate(source.split("\n"), 1) if line.endswith("# here")]
        return run_variant(loaded.variants[0]), f"{conftest}:{marked[-1]}" if marked else str(conftest)

    return run


def mistake(result):
    """What the run says of the sink: once, and first."""
    assert result.outcome.value == "failed"
    told = [finding.message for finding in result.findings if finding.code == "WPT-R045"]
    assert [result.findings[0].message] == told
    # That the program ended so is nothing that a scenario should say.
    assert not any(finding.code == "WPT-R068" for finding in result.findings)
    return told[0]


@pytest.mark.parametrize(
    ("method", "raised", "said"),
    [*((method, *each) for method in ("begin", "write") for each in RAISED.values()), *OTHERS],
)
def test_what_a_method_raises_is_told_with_its_place(played, method, raised, said):
    parameters = "self, lines" if method == "write" else "self"

    result, place = played(f"""
        def {method}({parameters}):
            raise {raised}  # here
    """)

    assert mistake(result).startswith(f"{place}: {said}")
    assert result.findings[0].evidence[0].startswith(f"{place}: raise {raised}")


@pytest.mark.parametrize(("raised", "said"), ANSWERED.values(), ids=ANSWERED)
def test_an_answer_about_other_lines_than_those_of_the_batch_is_told_with_its_place(played, raised, said):
    result, place = played(f"""
        def write(self, lines):
            raise {raised}  # here
    """)

    assert result.outcome.value == "failed"
    assert result.findings[0].code == "WPT-R045"  # and once more, with the batch of the recovery
    assert result.findings[0].message.startswith(f"{place}: {said}")


@pytest.mark.parametrize(("raised", "said"), NO_LINES.values(), ids=NO_LINES)
def test_an_answer_about_lines_where_there_are_none_is_told_with_its_place(played, raised, said):
    result, place = played(f"""
        def sync(self):
            raise {raised}  # here
    """)

    assert mistake(result).startswith(f"{place}: {said}")


ODD = {
    "made None": ("def __new__(cls, path: str): return None", "TypeError: what is made for the sink is None"),
    "made a number": ("def __new__(cls, path: str): return 5", "is an int, which has no method 'write'"),
    "no write after all": ("def begin(self): self.write = 3", "is an Odd, which has no method 'write'"),
    "a property": ("sync = property(lambda self: 1 / 0)  # here", "ZeroDivisionError: division by zero"),
    "no function": ("close = 5", "TypeError: 'int' object is not callable"),
    "async": ("def begin(self):\n    async def write(lines): pass\n    self.write = write", "'write' is async"),
    "a generator": ("def begin(self):\n    def write(lines): yield\n    self.write = write", "'write' yields"),
}


@pytest.mark.parametrize(("more", "said"), ODD.values(), ids=ODD)
def test_what_is_no_sink_is_told_with_the_place_of_its_class(played, more, said):
    result, place = played(more)

    message = mistake(result)
    assert message.startswith(place)
    assert said in message


READ_BACK = {
    "raises": ("def stored(): raise KeyError('x')  # here", "KeyError: 'x'"),
    "exits": ("def stored(): raise SystemExit  # here", "SystemExit"),
    "nothing": ("def stored(): pass", "TypeError: 'stored' gave None: expected the lines, list[bytes]"),
    "rows": ("def stored(): return [(b'x',)]", "line 1 that 'stored' gave is (b'x',), a tuple: expected bytes"),
    "texts": ("def stored(): return ['x']", "line 1 that 'stored' gave is 'x', a str: expected bytes"),
    "one text": ("def stored(): return b'x'", "'stored' gave b'x', a bytes: expected the lines, list[bytes]"),
    "ends": (r"def stored(): return [b'x\n']", "ValueError: line 1 that 'stored' gave has a line end in it"),
    "old lines": (
        "def stored(): return [b'x']",
        "of data/out_dat/a.dat so many lines are stored before the first is written: 1; 'reset'",
    ),
    "writes": ("def stored(path): open(path, 'wb')  # here", "Escaped: it changes data/out_dat/a.dat"),
    "a bad generator": ("def stored():\n    yield 1 / 0  # here", "ZeroDivisionError"),
}


@pytest.mark.parametrize(("function", "said"), READ_BACK.values(), ids=READ_BACK)
def test_what_stored_gives_is_checked(played, function, said):
    result, place = played(f"@staticmethod\n{function}")

    message = mistake(result)
    assert message.startswith(place)
    assert said in message


def test_a_reset_that_raises_ends_the_run_before_it_begins(played):
    result, place = played("@staticmethod\ndef reset(): raise ValueError('no server')  # here")

    assert mistake(result) == f"{place}: ValueError: no server"
    assert result.events == ()


def test_where_a_reset_says_that_it_can_not_nothing_is_proved(played):
    result, _ = played("@staticmethod\ndef reset(): raise OSError('no server')")

    (finding,) = result.findings
    assert result.outcome.value == "unverified"
    assert finding.message.endswith("can't be read back: no server (data/out_dat/a.dat)")


ORIGINAL = {
    "raises": (
        "raise IndexError('x')  # here",
        "IndexError: x ('original' could not read 60 lines of data/out_dat/a.dat)",
    ),
    "exits": ("raise SystemExit  # here", "SystemExit"),
    "a text": ("return 'x'", "'original' made 'x' of a stored line: expected bytes"),
    "two lines": (r"return b'x\ny'", "expected bytes, without a line end"),
}


@pytest.mark.parametrize(("body", "said"), ORIGINAL.values(), ids=ORIGINAL)
def test_what_original_makes_of_lines_is_checked(played, body, said):
    changing = _SINK.replace('line + b"', 'b"> " + line + b"')
    result, place = played(f"@staticmethod\ndef original(stored): {body}", changing)

    message = mistake(result)
    assert message.startswith(place)
    assert said in message


def test_a_line_that_original_can_not_read_fails_nothing_by_itself(played):
    result, place = played("@staticmethod\ndef original(stored): raise ValueError  # here")

    assert result.outcome.value == "passed", result.findings
    assert result.notes == (
        (
            "60 lines of data/out_dat/a.dat count as lines that nobody sent: 'original' could not read them,"
            f" ValueError ({place})"
        ),
    )


def test_a_sink_that_keeps_its_lines_elsewhere_is_told_how_to_say_so(played):
    result, _ = played("LINES = []\ndef write(self, lines): self.LINES += lines")

    assert "there is no data/out_dat/a.dat: a sink that keeps them elsewhere reads them back" in result.notes[0]


@pytest.mark.parametrize("path", ["/tmp/elsewhere.log", "data/elsewhere.log"])
def test_a_sink_that_writes_elsewhere_is_told_where_it_wrote(played, path):
    result, _ = played(f"""
        def write(self, lines):
            with open({path!r}, "ab") as file:  # here
                file.writelines(lines)
    """)
    line = result.notes[0].partition("(conftest.py:")[2].partition(")")[0]

    assert f"no data/out_dat/a.dat: written was {path} (conftest.py:{line}); write to the path" in result.notes[0]
    assert line.isdecimal()


@pytest.mark.parametrize(
    ("more", "help_"),
    [
        (
            "",
            "a sink that changes its lines has a static method 'original', which gives",
        ),
        ("@staticmethod\ndef original(stored): return stored", "'original' should give that line, and doesn't"),
    ],
)
def test_lines_that_a_sink_changes_lead_to_original(played, more, help_):
    write = """
        def write(self, lines):
            with open(self.path, "ab") as file:
                file.writelines(b"> " + line + b"\\n" for line in lines)
    """
    result, _ = played(textwrap.dedent(write) + more)
    (told,) = [finding for finding in result.findings if finding.name == "no_invention"]

    assert told.help.startswith(f"each has a line in it that was sent: {help_}")


def test_a_mistake_in_a_sink_that_is_installed_is_told_where_its_class_is_in_that_file():
    file = f"{get_path('purelib')}/somebody/sinks.py"
    code = compile("def write():\n    raise KeyError('x')\n\nwrite()\n", file, "exec")
    with pytest.raises(KeyError) as raised:
        exec(code, {})
    assert mistake_of(raised.value, f"{file}:7").place == f"{file}:2"
    assert mistake_of(raised.value, "elsewhere.py:7").place == f"{__file__}:{raised.tb.tb_lineno}"
