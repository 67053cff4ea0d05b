"""Whatever is in a project directory, loading it ends with a project or with located problems, never with a crash.

`pytest -m fuzz --fuzz=100000 tests/property/test_project_fuzz.py` gives each of these tests 100,000 inputs.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from engine.directories.load_project import load_project
from engine.directories.surroundings import ProjectSurroundings
from engine.pipeline.router import Router
from engine.project.model import Project
from engine.text.problems import ProjectError
from wptest.scenario.directory import in_its_file

pytestmark = pytest.mark.fuzz
FUZZ = settings.get_profile("fuzz")
Given = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
PROJECTS = Path(__file__).parents[2] / "scenarios" / "projects"
ROOTS = ("sink_recovery", "three_groups", "nested_names/sink_recovery", "filter_and_replica")
FILES = {
    root: sorted(
        path.relative_to(PROJECTS / root).as_posix()
        for path in (PROJECTS / root).rglob("*")
        if path.is_file() and path.suffix in (".toml", ".dat")
    )
    for root in ROOTS
}
CONNECTORS = {"nested_names/sink_recovery": ["../connectors/sink.d/file.toml", "../connectors/source.d/file.toml"]}
PLACES = [(root, file) for root in ROOTS for file in (*FILES[root], *CONNECTORS.get(root, []))]
# fmt: off
WORDS = [
    "sink_group", "sinks", "name", "rule", "oml", "parallel", "tags", "filter", "filter_expect", "batch_size",
    "batch_timeout_ms", "expect", "ratio", "tol", "min", "max", "basis", "min_samples", "mode", "sum_tol",
    "others_max", "connect", "use", "connector", "type", "params", "base", "file", "fmt", "sync", "phases",
    "connectors", "id", "allow_override", "sources", "key", "path", "enable", "encode", "defaults", "rescue",
    "rescue_root", "speed_limit", "performance", "rate_limit_rps", "parse_workers", "log_conf", "level", "output",
    "robust", "models", "wpl", "topology", "stat", "window_sec", "pick", "version",
]
TEXTS = [
    "", "/", "*", "/*", "[0]", "a/b", "..", "../x", "/x/../y", "file", "test_rescue", "kafka", "total_input", "é",
    "${A}", "${B:b}", "${C:../../c}", "${", "${}", "${A:${B}}", "/var/log/${B:wp}", "../../x", "~/x", "//x", "C:/x",
]
ODD = [
    "0", "-1", "1e400", "nan", "inf", "0.5", "true", "2025-10-04", "9" * 5000, "0x_", "''", '"""', "{}", "[]",
    "${A}", "${B:7}", "${C:'c'}", "66", "1.5",
]
MARKS = [
    b"[", b"]", b"[[", b"{", b"=", b".", b'"', b"'", b'"""', b"\\", b"\n", b"#", b"\0", b"\xff", b"\r",
    b"${", b"${A}", b"${B:b", b"}",
]
# fmt: on
SCALARS = st.one_of(
    st.sampled_from(TEXTS).map(lambda text: f'"{text}"'),
    st.sampled_from(ODD),
    st.integers().map(str),
    st.text(max_size=5).map(lambda text: f"'{text}'"),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=4,
)
KEYS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(".".join)
LINES = st.one_of(
    st.tuples(KEYS, VALUES).map(" = ".join),
    KEYS.map("[{}]".format),
    KEYS.map("[[{}]]".format),
    st.text(max_size=10),
)
PIECES = st.one_of(st.sampled_from(MARKS), st.binary(max_size=4), VALUES.map(str.encode))


def cut(data: bytes, at: int, length: int, piece: bytes) -> bytes:
    """The data with a piece in the place of another."""
    at %= len(data) + 1
    return data[:at] + piece + data[at + length :]


def with_line(data: bytes, at: int, line: str, instead: int) -> bytes:
    """The data with one more line, or another one."""
    lines = data.split(b"\n")
    at %= len(lines)
    lines[at : at + instead] = [line.encode(errors="replace")]
    return b"\n".join(lines)


def with_value(data: bytes, at: int, value: str) -> bytes:
    """The data with another value for one of its keys."""
    lines = data.split(b"\n")
    pairs = [number for number, line in enumerate(lines) if b"=" in line and not line.startswith(b"#")]
    if pairs:
        number = pairs[at % len(pairs)]
        lines[number] = lines[number].partition(b"=")[0] + b"= " + value.encode(errors="replace")
    return b"\n".join(lines)


NUMBERS = st.integers(0, 4000)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just(cut), NUMBERS, st.integers(0, 9), PIECES),
        st.tuples(st.just(with_line), NUMBERS, LINES, st.booleans()),
        st.tuples(st.just(with_value), NUMBERS, VALUES),
    ),
    min_size=1,
    max_size=3,
)


class Trees:
    """Copies of the shipped projects, of which one file at a time is another."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        shutil.copytree(PROJECTS, directory, dirs_exist_ok=True)

    @contextmanager
    def changed(self, root: str, file: str, data: bytes) -> Iterator[Path]:
        """The root of a project in which a file has other bytes."""
        path = self.directory / root / file
        before = path.read_bytes()
        path.write_bytes(data)
        try:
            yield self.directory / root
        finally:
            path.write_bytes(before)


@pytest.fixture(scope="module")
def trees(tmp_path_factory) -> Trees:
    return Trees(tmp_path_factory.mktemp("fuzz"))


WORDS_OF_PATHS = st.lists(st.sampled_from(["..", ".", "", "a", "data", "var", "log"]), max_size=4).map("/".join)
SURROUNDINGS = st.builds(
    lambda values, outer, inner: (tuple(values.items()), ((f"/{outer}", inner), ("../..", "data/up"))),
    st.dictionaries(st.sampled_from("ABC"), st.one_of(st.sampled_from(TEXTS), WORDS_OF_PATHS, st.text(max_size=4))),
    WORDS_OF_PATHS,
    st.sampled_from(["data/out_dat", "data/x", "logs"]),
)
NOTHING: Given = ((), ())


def check_loading(root: Path, given: Given = NOTHING) -> Project | None:
    """Load a project, and look at all that is told of it as a report would; no path of it leads out of a run."""
    variables, paths = given
    surroundings = ProjectSurroundings((root.parents[1].resolve(),), "the root", variables, paths)
    try:
        project = load_project(root, surroundings)
    except ProjectError as error:
        told = error.problems
        project = None
        assert any(problem.severity == "error" for problem in told)
    else:
        told = list(project.warnings)
    for problem in told:
        lines = in_its_file(root, problem).render(root).splitlines()
        assert lines[0].endswith(problem.message.splitlines()[0])
        assert (problem.line >= 1 and problem.column >= 1) or not problem.length
    if project is not None:
        written = [
            project.rescue_root,
            project.log_dir,
            project.source.path,
            *(sink.path for sink in project.sinks),
        ]
        for path in filter(None, written):
            assert not path.startswith("/")
            assert ".." not in path.split("/")
        ids = [sink.id for sink in project.sinks]
        assert len(set(ids)) == len(ids)
        assert all(project.sink(name) is not None for name in ids)
        router = Router(project)
        assert all(router.destination(sample.text.encode()) in project.groups for sample in project.samples)
    return project


@pytest.mark.slow
@FUZZ
@given(place=st.sampled_from(PLACES), edits=EDITS, surroundings=SURROUNDINGS)
def test_an_edited_file_loads_or_says_why(trees, place, edits, surroundings):
    root, file = place
    data = before = (trees.directory / root / file).read_bytes()
    for edit, *how in edits:
        data = edit(data, *how)
    assume(data != before)
    with trees.changed(root, file, data) as changed:
        check_loading(changed, surroundings)


@pytest.mark.slow
@FUZZ
@given(place=st.sampled_from(PLACES), lines=st.lists(LINES, max_size=8), surroundings=SURROUNDINGS)
def test_any_toml_loads_or_says_why(trees, place, lines, surroundings):
    with trees.changed(*place, "\n".join(lines).encode(errors="replace")) as changed:
        check_loading(changed, surroundings)


@FUZZ
@given(place=st.sampled_from(PLACES), data=st.binary(max_size=80))
@example(place=PLACES[0], data=b"\xef\xbb\xbf")
def test_any_bytes_load_or_say_why(trees, place, data):
    with trees.changed(*place, data) as changed:
        check_loading(changed)


@pytest.mark.parametrize("root", ROOTS)
def test_the_projects_that_are_changed_are_good_ones(trees, root):
    assert check_loading(trees.directory / root) is not None
