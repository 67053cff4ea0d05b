"""From a signature to a key of the language, and every signature that makes none."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from wptest.extend.sink_methods import without_object

FAULT = "@wptest.fault\ndef f(hand: wptest.Hand, {}) -> None: ...\n"


def only(found, kind="fault"):
    assert found.problems == ()
    (extension,) = found.extensions.by_kind[kind].values()
    return extension


def values_of(extension, given):
    shape = extension.shape.model_validate(given)
    return [getattr(shape, name) for name in type(shape).model_fields]


@pytest.mark.parametrize(
    ("annotation", "given", "value"),
    [
        ("str", "text", "text"),
        ("int", 5, 5),
        ("float", 0.5, 0.5),
        ("float", 2, 2.0),
        ("bool", False, False),
        ("Literal['a', 'b']", "b", "b"),
        ("Literal[1, 2]", 2, 2),
        ("list[int]", [1, 2], [1, 2]),
        ("int | None", 5, 5),
        ("Optional[wptest.Duration]", "2s", 2_000_000_000),
        ("wptest.Duration", "250ms", 250_000_000),
        ("list[wptest.Duration]", ["1s"], [1_000_000_000]),
        ("wptest.Size", "1KiB", 1024),
        ("wptest.Count", "10k", 10_000),
        ("wptest.Path", "data/a.dat", "data/a.dat"),
        ("wptest.SinkName", "a", "a"),
        ("wptest.ProcessName", "wparse", "wparse"),
    ],
)
def test_a_parameter_takes_what_its_kind_is_written_as(found, annotation, given, value):
    extension = only(found(FAULT.format(f"x: {annotation}")))

    assert values_of(extension, {"x": given}) == [value]


def test_a_pattern_matches(found):
    (pattern,) = values_of(only(found(FAULT.format("x: wptest.Pattern"))), {"x": "a*"})

    assert pattern.matches("abc")
    assert not pattern.matches("b")


@pytest.mark.parametrize(
    ("annotation", "given"),
    [
        ("str", 5),
        ("int", True),
        ("int", "5"),
        ("bool", 1),
        ("Literal['a', 'b']", "c"),
        ("list[int]", [1, "2"]),
        ("list[int]", 1),
        ("wptest.Duration", 5),
        ("wptest.Count", "-1"),
        ("wptest.Path", "../a"),
        ("wptest.Path", "/etc/passwd"),
    ],
)
def test_a_parameter_refuses_what_is_not_of_its_kind(found, annotation, given):
    extension = only(found(FAULT.format(f"x: {annotation}")))

    with pytest.raises(ValidationError):
        extension.shape.model_validate({"x": given})


@pytest.mark.parametrize(
    ("parameter", "value", "written"),
    [
        ("x: int = 3", 3, "3"),
        ("x: wptest.Duration = '2s'", 2_000_000_000, "2s"),
        ("x: wptest.Duration = 250_000_000", 250_000_000, "250ms"),
        ("x: str = '> '", "> ", '"> "'),
        ("x: int | None = None", None, "none"),
        ("x: list[str] = []", [], "[]"),
    ],
)
def test_a_default_makes_a_parameter_optional(found, parameter, value, written):
    extension = only(found(FAULT.format(f"*, {parameter}")))

    assert values_of(extension, {}) == [value]
    assert extension.parameters[0].default == written


def test_any_name_can_be_a_parameter_and_a_last_underscore_is_not_written(found):
    extension = only(found(FAULT.format("json: int, model_config: int, calls: int, for_: int")))

    assert values_of(extension, {"json": 1, "model_config": 2, "calls": 3, "for": 4}) == [1, 2, 3, 4]
    assert [each.name for each in extension.parameters] == ["json", "model_config", "calls", "for_"]


def test_annotations_may_be_objects_as_well_as_texts(found):
    head = "import wptest\n\n"

    assert values_of(only(found(FAULT.format("x: wptest.Size"), head)), {"x": "1kB"}) == [1000]


def test_what_only_a_type_checker_sees_may_stand_in_the_return_type(found):
    code = "@wptest.check\ndef c(run: wptest.Run) -> NotThere[str]: ...\n"

    assert only(found(code), "check").name == "c"


def test_the_docstring_tells_of_the_whole_and_of_its_parts(found):
    code = '''@wptest.fault
def f(hand: wptest.Hand, path: wptest.Path, much: int = 1) -> None:
    """Bends a file.

    A lot.

    Args:
        path: The file,
            whichever.
        much (int): How much.

    Raises:
        OSError: never.
    """
'''
    extension = only(found(code))

    assert extension.doc == "Bends a file.\n\nA lot."
    assert [each.doc for each in extension.parameters] == ["The file, whichever.", "How much."]
    assert extension.example == {"path": "data/out_dat/a.dat"}
    described = [field.description for field in extension.shape.model_fields.values()]
    assert described == ["The file, whichever.", "How much."]


@pytest.mark.parametrize(
    ("name", "key"), [("Shouting", "shouting"), ("HTTPSink", "http_sink"), ("MyS3Bucket", "my_s3_bucket")]
)
def test_a_class_is_called_in_snake_case(found, name, key):
    code = f"@wptest.sink\nclass {name}:\n    def __init__(self, path: str): ...\n    def write(self, lines): ...\n"

    assert only(found(code), "sink").name == key


def test_a_dataclass_can_be_a_sink(found):
    code = (
        "import dataclasses\n\n@wptest.sink\n@dataclasses.dataclass\nclass Keeping:\n"
        "    path: str\n    prefix: str = '> '\n    def write(self, lines): ...\n"
    )

    assert values_of(only(found(code), "sink"), {"prefix": "x"}) == ["x"]


KINDS = (
    "one of: str, int, float, bool, wptest.Duration, wptest.Size, wptest.Count, wptest.Path, wptest.Pattern, "
    "wptest.SinkName, wptest.ProcessName, Literal[...], list[...] of these, or ... | None"
)


@pytest.mark.parametrize(
    ("parameter", "message", "under"),
    [
        ("x", "'x' has no annotation: what a scenario may give it is not known", "x"),
        ("x: bytes", "'x' is of a kind that a scenario can't write", "bytes"),
        ("x: dict[str, int]", "'x' is of a kind that a scenario can't write", "dict[str, int]"),
        ("x: int | str", "'x' is of a kind that a scenario can't write", "int | str"),
        ("x: list[list[int]]", "'x' is of a kind that a scenario can't write", "list[list[int]]"),
        ("x: list", "'x' is of a kind that a scenario can't write", "list"),
        ("x: wptest.Hand", "'x' is of a kind that a scenario can't write", "wptest.Hand"),
        ("x: Nowhere", "the annotation of 'x' can't be read: NameError: name 'Nowhere' is not defined", "Nowhere"),
    ],
)
def test_a_parameter_of_no_kind_is_told_with_the_kinds_there_are(found, wrong, parameter, message, under):
    code = FAULT.format(parameter)

    assert wrong(code) == [(message, under)]
    assert found(code).problems[0].expected == KINDS


@pytest.mark.parametrize(
    ("code", "message", "under"),
    [
        (FAULT.format("*x: int"), "'x' takes anything, and the keys of a scenario are known", "x"),
        (FAULT.format("**x: int"), "'x' takes anything, and the keys of a scenario are known", "x"),
        (FAULT.format("x: int, /"), "'x' can't be given by name", "x"),
        (FAULT.format("x: wptest.Duration = 'soon'"), "the default of 'x' is not a duration: 'soon'", "x"),
        (FAULT.format("x: Literal['a'] = 'b'"), "the default of 'x' is not one of a: 'b'", "x"),
        ("@wptest.fault\ndef f() -> None: ...", "the first parameter of a fault is what it works with", "f"),
        ("@wptest.fault\ndef f(hand) -> None: ...", "'hand' has no annotation", "hand"),
        ("@wptest.check\ndef f(runs): yield", "'runs' has no annotation", "runs"),
        (
            "@wptest.sink\nclass S:\n    def __init__(self, path): ...\n    def write(self, lines): ...",
            "'path' has no annotation",
            "path",
        ),
        (
            "@wptest.sink\nclass S:\n    def __init__(self, target): ...\n    def write(self, lines): ...",
            "the first parameter of a sink is what it works with",
            "target",
        ),
        (
            "@wptest.check\ndef f(run: wptest.Hand) -> None: ...",
            "the first parameter of a check is what it works with",
            "run",
        ),
        (
            "@wptest.fault\ndef f(*, hand: wptest.Hand) -> None: ...",
            "the first parameter of a fault is what it works with",
            "f",
        ),
        (
            "@wptest.fault\nasync def f(hand: wptest.Hand) -> None: ...",
            "'f' is async, and nothing awaits it",
            "f",
        ),
        (
            "@wptest.fault\ndef f(hand: wptest.Hand):\n    yield",
            "the fault 'f' yields, so calling it does nothing",
            "f",
        ),
        (
            "@wptest.sink\nclass S:\n    def __init__(self, path: str): ...",
            "the sink 'S' has no 'write'",
            "S",
        ),
        (
            "@wptest.sink\nclass S:\n    def __init__(self, target: str): ...\n    def write(self, lines): ...",
            "the first parameter of a sink is what it works with",
            "target",
        ),
        (
            (
                "@wptest.sink\nclass S:\n    def __init__(self, path: str): ...\n    def write(self, lines): ...\n"
                "    def original(self, line): ..."
            ),
            "'original' of the sink 'S' is not static",
            "original",
        ),
    ],
)
def test_a_signature_that_makes_no_key_is_told_at_its_place(wrong, code, message, under):
    assert wrong(code) == [(message, under)]


SINK = """@wptest.sink
class S:
    def __init__(self, path: str, *, table: str = "log"): ...
    def write(self, lines): ...
"""


@pytest.mark.parametrize(
    ("method", "message", "under"),
    [
        ("async def write(self, lines): ...", "'write' of the sink 'S' is async, and nothing awaits it", "write"),
        ("async def close(self): yield", "'close' of the sink 'S' is async, and nothing awaits it", "close"),
        ("def sync(self): yield", "'sync' of the sink 'S' yields, so calling it does nothing", "sync"),
        ("def stored(self): ...", "'stored' of the sink 'S' is not static", "stored"),
        ("@classmethod\n    def reset(cls): ...", "'reset' of the sink 'S' is not static", "reset"),
        ("stored = property(print)", "'stored' of the sink 'S' is not static", "S"),
        (
            "@staticmethod\n    def stored(path, tabel): ...",
            "'stored' asks for 'tabel', which the constructor doesn't have",
            "stored",
        ),
        (
            "@staticmethod\n    def reset(*all): ...",
            "'all' of 'reset' takes anything, and what it gets is known",
            "reset",
        ),
        ("@staticmethod\n    def stored(path, /): ...", "'path' of 'stored' can't be given by name", "stored"),
    ],
)
def test_a_method_of_a_sink_that_can_not_be_called_is_told_at_its_place(wrong, method, message, under):
    assert wrong(f"{SINK}\n    {method}\n") == [(message, under)]


def test_a_sink_has_one_way_to_say_what_it_has_stored(wrong):
    methods = "".join(f"\n    @staticmethod\n    def {name}(path=''): ...\n" for name in ("original", "stored"))

    assert wrong(SINK + methods) == [("the sink 'S' has both 'original' and 'stored'", "original")]


def test_the_nearest_parameter_is_named(found):
    (problem,) = found(f"{SINK}\n    @staticmethod\n    def stored(tabel): ...\n").problems

    assert problem.expected == "names of the constructor's parameters: path, table"
    assert problem.help == "did you mean 'table'?"


@pytest.mark.parametrize(
    ("parameters", "given"),
    [("", ()), ("path", ("x",)), ("table", ("t",)), ("table, path", ("t", "x")), ("*, path, pause=3", ("x", 3))],
)
def test_static_methods_get_what_they_name_of_what_the_scenario_says(found, parameters, given):
    names = ", ".join(part.strip().partition("=")[0] for part in parameters.split(",") if part.strip() != "*")
    code = f"{SINK}\n    @staticmethod\n    def stored({parameters}): return ({names},)\n"
    extension = only(found(code.replace("(,)", "()")), "sink")

    assert without_object(extension.object, "stored", {"table": "t"})("x") == given
    assert without_object(extension.object, "reset", {}) is None


def test_all_mistakes_of_all_signatures_are_told_at_once(wrong):
    code = FAULT.format("a, b: bytes") + "\n\n@wptest.check\ndef c(run: wptest.Run, x) -> None: ...\n"

    assert [under for _, under in wrong(code)] == ["a", "bytes", "x"]


def test_columns_count_characters_and_lines_may_be_many(wrong):
    code = "@wptest.fault\ndef f(\n    hand: wptest.Hand,\n    größe: bytes,\n) -> None: ...\n"

    assert wrong(code) == [("'größe' is of a kind that a scenario can't write", "bytes")]
