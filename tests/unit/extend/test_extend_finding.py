"""Which conftest.py files are looked into, what is imported, and names that are taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from wptest.extend.discovery import find_extensions
from wptest.extend.modules import Others
from wptest.text.codes import Code

CHECK = "import wptest\n\n\n@wptest.check\ndef {}(run: wptest.Run) -> None: ...\n"


def write(directory, *names, text=None):
    directory.mkdir(parents=True, exist_ok=True)
    code = text if text is not None else "\n".join(CHECK.format(name) for name in names)
    (directory / "conftest.py").write_text(code, encoding="utf-8")
    return directory


def names(directory):
    found = find_extensions(directory)
    assert found.problems == ()
    return [extension.name for extension in found.extensions]


@pytest.mark.parametrize("marker", ["pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg", ".git"])
def test_a_directory_sees_what_is_above_it_up_to_the_root_of_the_project(tmp_path, marker):
    write(tmp_path, "outside")
    root = write(tmp_path / "project", "at_the_root")
    (root / marker).touch()
    write(root / "scenarios", "nearer")
    here = write(root / "scenarios/night", "here")

    assert names(here) == ["at_the_root", "nearer", "here"]
    assert names(root / "scenarios") == ["at_the_root", "nearer"]
    assert names(root / "other") == ["at_the_root"]


def test_without_a_root_a_directory_sees_its_own_only(tmp_path):
    write(tmp_path, "above")
    here = write(tmp_path / "scenarios", "here")

    assert names(here) == ["here"]


def test_the_way_to_a_directory_makes_no_difference(tmp_path, monkeypatch):
    (tmp_path / "setup.cfg").touch()
    write(tmp_path / "elsewhere", "elsewhere")
    write(tmp_path / "here", "here")
    monkeypatch.chdir(tmp_path / "elsewhere")

    assert names(Path("../here")) == ["here"]
    assert names(Path()) == ["elsewhere"]


def test_what_does_not_speak_of_wptest_is_not_imported(tmp_path):
    write(tmp_path, text="raise RuntimeError('needs what only these tests have')\n")

    assert names(tmp_path) == []


def test_a_module_beside_it_can_be_imported_and_so_can_a_package(tmp_path):
    (tmp_path / "setup.cfg").touch()
    here = write(tmp_path / "plain", text="from checks_of_finding import tidy  # wptest\n")
    (here / "checks_of_finding.py").write_text(CHECK.format("tidy"), encoding="utf-8")
    package = write(tmp_path / "packaged", text="from .checks import neat  # wptest\n")
    (package / "__init__.py").touch()
    (package / "checks.py").write_text(CHECK.format("neat"), encoding="utf-8")

    assert names(here) == ["tidy"]
    assert names(package) == ["neat"]


def test_one_object_under_two_names_is_one_extension(tmp_path):
    write(tmp_path, text=CHECK.format("tidy") + "\n\nneat = tidy\n")

    assert names(tmp_path) == ["tidy"]


def test_a_wrapper_and_a_subclass_are_not_what_they_stand_for(tmp_path):
    text = CHECK.format("tidy") + (
        "\nimport functools\n\n@functools.wraps(tidy)\ndef wrapper(run): ...\n\n"
        "@wptest.sink\nclass Loud:\n    def __init__(self, path: str): ...\n    def write(self, lines): ...\n\n"
        "class Louder(Loud): ...\n"
    )
    write(tmp_path, text=text)

    assert names(tmp_path) == ["tidy", "loud"]


def test_a_module_that_somebody_else_has_imported_is_used(tmp_path, monkeypatch):
    write(tmp_path, text="raise RuntimeError('wptest')\n")
    module = ModuleType("conftest")
    module.__file__ = str(tmp_path / "conftest.py")
    exec(CHECK.format("theirs"), vars(module))
    monkeypatch.setattr(Others, "modules", lambda: [module, object()])

    assert names(tmp_path) == ["theirs"]
    assert module in sys.modules.values(), "a run replaces the functions that it has names for"


def test_it_is_imported_once_however_many_directories_see_it(tmp_path):
    (tmp_path / "tox.ini").touch()
    text = (
        CHECK.format("tidy")
        + "\nfrom pathlib import Path\n\nwith (Path(__file__).parent / 'count').open('a') as count:\n"
        + "    count.write('x')\n"
    )
    write(tmp_path, text=text)

    for name in ("a", "b", "c"):
        assert names(tmp_path / name) == ["tidy"]
    assert (tmp_path / "count").read_text() == "x"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (
            "import wptest\nimport nothing_of_this_name\n",
            "conftest.py can't be imported: ModuleNotFoundError: No module named 'nothing_of_this_name'",
            2,
        ),
        ("import wptest\n\nx = (\n", "conftest.py can't be imported: SyntaxError: '(' was never closed", 3),
        (
            "import wptest\nraise SystemExit(3)\n",
            "conftest.py can't be imported: SystemExit: 3",
            2,
        ),
        (
            "import pytest\npytest.skip('no wptest here', allow_module_level=True)\n",
            "conftest.py can't be imported: Skipped: no wptest here",
            2,
        ),
        (
            "import wptest\n\n@wptest.sink\ndef f(): ...\n",
            "conftest.py can't be imported: TypeError: @wptest.sink is for a class, without brackets",
            3,
        ),
        (
            "import wptest\n\n@wptest.fault()\ndef f(): ...\n",
            "conftest.py can't be imported: TypeError: fault() missing 1 required positional argument: 'function'",
            3,
        ),
    ],
)
def test_code_that_does_not_run_is_a_mistake_at_its_line(tmp_path, text, message, line):
    found = find_extensions(write(tmp_path, text=text))

    (told,) = found.problems
    assert (told.message, told.line, told.code) == (message, line, Code.IMPORT)
    assert told.path == tmp_path / "conftest.py"
    assert not found.extensions.whole


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("import wptest\n@wptest.Sink\nclass A: ...\n", "did you mean 'wptest.sink'?"),
        ("import wptest\n@wptest.checks\ndef a(): ...\n", "did you mean 'wptest.check'?"),
        ("from wptest import Sink\n", "did you mean 'wptest.sink'?"),
        ("# wptest\n@sink\nclass A: ...\n", "did you mean 'wptest.sink'?"),
        ("# wptest\nnothing_of_this_name\n", "it is imported because it has the word wptest in it"),
        ("import wptest, os\nos.pth\n", "it is imported because it has the word wptest in it"),
    ],
)
def test_a_name_of_ours_that_is_not_there_leads_to_the_nearest(tmp_path, text, help_):
    (told,) = find_extensions(write(tmp_path, text=text)).problems

    assert told.help == help_


@pytest.mark.parametrize(
    ("kind", "name", "why"),
    [
        ("fault", "on", "it is a key of the language there"),
        ("check", "ledger", "it is a key of the language there"),
        ("check", "must_happen", "it is a key of the language there"),
        ("sink", "expect", "it is a key of the language there"),
        ("sink", "blackhole", "it is a type of sinks"),
    ],
)
def test_a_name_that_the_language_has_there_is_taken(wrong, kind, name, why):
    lent = "hand: wptest.Hand" if kind == "fault" else "run: wptest.Run"
    code = f"@wptest.{kind}\ndef {name}({lent}) -> None: ...\n"
    if kind == "sink":
        code = f"@wptest.sink\nclass {name}:\n    def __init__(self, path: str): ...\n    def write(self, x): ...\n"

    assert wrong(code) == [(f"the {kind} '{name}' can't have this name: {why}", name)]


def test_names_are_free_in_another_place(found):
    code = "@wptest.fault\ndef ledger(hand: wptest.Hand) -> None: ...\n"

    assert found(code).problems == ()


def test_two_of_one_name_are_told_with_both_places(tmp_path):
    (tmp_path / "setup.cfg").touch()
    write(tmp_path, "tidy")
    here = write(tmp_path / "here", "tidy")

    (told,) = find_extensions(here).problems
    assert told.message == (f"the check 'tidy' can't have this name: {tmp_path / 'conftest.py'}:4 has it already")
    assert (told.path, told.line, told.code) == (here / "conftest.py", 5, Code.EXTENSION_NAME)


def test_nothing_heavy_is_imported_for_the_package_and_where_there_is_no_conftest():
    code = (
        "import sys, pathlib, wptest\n"
        "assert not {'pydantic', 'yaml', 'engine', 'inspect'} & set(sys.modules)\n"
        "from wptest.extend.discovery import find_extensions\n"
        "assert not find_extensions(pathlib.Path('/')).extensions\n"
        "assert not {'pydantic', 'yaml', 'pytest'} & set(sys.modules)\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_is_there():
    import wptest

    for name in wptest.__all__:
        assert getattr(wptest, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'fualt'"):
        _ = wptest.fualt
