"""`table`: what is in the table of a sink of a database, and what was asked of its server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.project.database_conf import DatabaseConf
from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import Compared, Comparison
from wptest.text.codes import Code
from wptest.words.expectation import Known, Misuse
from wptest.words.expectations.sink_content import Content, judge_content
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure


class TableResult(Shape):
    """The rows of a table as anybody reads them, and the requests to write that were sent to its server."""

    rows: Compared | None = documented(
        "How many rows it has; of `replacing_merge_tree` those that aren't merged as well.", 600
    )
    keys: Compared | None = documented("How many different keys its rows have.", 600)
    altered: Compared | None = documented("How many of its rows aren't stored as they were sent.", 0)
    content: Content | None = documented(
        "Its rows as JSON without blanks, oldest first: all of them, or `contains`, `in_order` and `never`.",
        ['{"id":1,"code":200}'],
        {"contains": '*"code":200}'},
    )
    requests: Compared | None = documented("How many requests to write to it were sent.", "<= 10")
    largest: Compared | None = documented("How many rows the largest of them had.", "<= 100")


_COUNTED = ("rows", "keys", "altered", "requests", "largest")


def table_misuses(known: Known, expected: Mapping[str, TableResult]) -> Iterator[Misuse]:
    """What of tables makes no sense, by the names of sinks: there is none, it has no keys, or two sinks differ."""
    seen: dict[tuple[str, str], tuple[str, Comparison]] = {}
    for name, result in expected.items():
        conf = known.known_sink(name)
        if conf is None:
            continue
        if not conf.kind.engines:
            message = f"the sink '{name}' is of type {conf.type}, and has no table"
            yield Misuse((name, "table"), message, Code.NO_FILE, "'lines' says how many lines it got")
        database = conf.database
        if database is None:
            continue
        if result.keys is not None and not database.table.key and not known.is_wrong_of(name, "key"):
            message = f"the sink '{name}' has no key, so there are no keys to be counted"
            help_ = "say of the sink which columns are the key"
            yield Misuse((name, "table", "keys"), message, Code.NO_EFFECT, help_)
        for what in _COUNTED:
            wanted: Comparison | None = getattr(result, what)
            if wanted is None:
                continue
            other, first = seen.setdefault((database.target, what), (name, wanted))
            if not wanted.goes_with(first):
                message = f"{what} of one table: '{wanted}' here, and '{first}' for the sink '{other}'"
                help_ = "both write to it: say the same of it, or give one of the sinks another 'table'"
                yield Misuse((name, "table", what), message, Code.WRONG_VALUE, help_, at_key=False)


def judge_table(facts: Facts, expected: TableResult, database: DatabaseConf) -> Findings:
    """What doesn't hold of a table."""
    name = f"{database.server.name}/{database.table.name}"
    if expected.rows or expected.keys or expected.altered or expected.content:
        seen = facts.table(database)
        yield from facts.compare(Failure.TABLE, ("rows",), expected.rows, seen.rows, what=f"rows of {name}")
        what = f"altered rows of {name}"
        yield from facts.compare(Failure.TABLE, ("altered",), expected.altered, seen.altered, what=what)
        if expected.content is not None:
            rows = "".join(f"{row}\n" for row in seen.in_json()).encode()
            yield from judge_content(facts.at("content"), expected.content, rows)
        yield from facts.compare(Failure.TABLE, ("keys",), expected.keys, seen.keys, what=f"keys of {name}")
    sizes = [
        int(event.fields["rows"] or 0)
        for event in facts.events("request.sent", database.server.name)
        if event.fields["table"] == database.table.name
    ]
    what = f"requests to write to {name}"
    yield from facts.compare(Failure.TABLE, ("requests",), expected.requests, len(sizes), what=what)
    what = f"rows of the largest request to {name}"
    yield from facts.compare(Failure.TABLE, ("largest",), expected.largest, max(sizes, default=0), what=what)
