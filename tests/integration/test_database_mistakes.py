"""Mistakes about databases: each is told once, and what has no effect is one."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest
from database_scenarios import ROW

from wptest.run.running import run_variant
from wptest.scenario.load import load_file
from wptest.text.scenario_source import InvalidScenario


@pytest.mark.parametrize(
    ("servers", "sinks", "steps", "told"),
    [
        ("{db: {engine: inodb}}", "{a: {type: sql, server: db}}", "  - kill: db\n", "did you mean 'innodb'"),
        (
            "{db: {engine: mariadb}}",
            "{a: {type: sql, server: db}}",
            "",
            "write innodb, the usual engine of MariaDB",
        ),
        ("{db: {engine: MySQL@8.0}}", "{a: {type: sql, server: db}}", "", "which has myisam as well"),
        ("{db: {engine: postgresql}}", "{a: {type: sql, server: db}}", "", "write postgres, the engine of"),
        ("{db: {engine: opensearch}}", "{a: {type: elasticsearch, server: db}}", "", "write bulk_index"),
        ("{dbx: {engine: innodb}}", "{a: {type: sql, server: db}}", "", "did you mean 'dbx'"),
        ("{db: innodb}", "{a: {type: sql, server: db}}", "  - fail_requests: {server: db, late: 1s}\n", "'innodb'"),
        ("[db]", "{a: {type: sql, server: db}}", "", "write {db: ...}"),
        ("{db: {engine: innodb, window: 3}}", "{a: {type: sql, server: db}}", "", "makes no difference to innodb"),
        (
            "{db: {engine: sqlite, latency: 1s}}",
            "{a: {type: sql, server: db}}",
            "",
            "makes no difference to sqlite",
        ),
        (
            "{db: {engine: sqlite, patience: 1s}}",
            "{a: {type: sql, server: db}}",
            "",
            "'patience' makes no difference",
        ),
        ("{db: {engine: merge_tree@18.16, window: 1}}", "{a: {type: clickhouse, server: db}}", "", "no difference"),
        ("{db: {engine: innodb, learns_mapping: true}}", "{a: {type: sql, server: db}}", "", "makes no difference"),
        ("{db: {engine: innodb, patience: 0s}}", "{a: {type: sql, server: db}}", "", "out of bounds"),
        ("{db: {engine: innodb, packet: 0}}", "{a: {type: sql, server: db}}", "", "out of bounds"),
        ("{db: {engine: bulk_index, queue: 0}}", "{a: {type: elasticsearch, server: db}}", "", "out of bounds"),
        (
            "{db: {engine: innodb, tables: {a: {line: {}}}}}",
            "{a: {type: sql, server: db}}",
            "",
            "nothing is said of 'line'",
        ),
        (
            "{db: {engine: postgres, tables: {a: {line: {type: uint8}}}}}",
            "{a: {type: sql, server: db}}",
            "",
            "postgres has no columns of type uint8",
        ),
        (
            "{db: {engine: postgres, tables: {a: {line: {collation: no_case}}}}}",
            "{a: {type: sql, server: db}}",
            "",
            "'collation' makes no difference to postgres@15",
        ),
        (
            "{db: {engine: bulk_index, tables: {a: {line: {type: int64}}}}}",
            "{a: {type: elasticsearch, server: db}}",
            "",
            "'tables' makes no difference to bulk_index",
        ),
        (
            "{db: {engine: innodb}}",
            f"{{a: {{type: sql, server: db, table: t}}, b: {{type: sql, server: db, table: t, row: {ROW}}}}}",
            "",
            "has other columns or another key for the sink 'a'",
        ),
        (
            "{db: {engine: innodb}}",
            "{a: {type: sql, server: db, row: {parse: jsn, columns: {id: {type: text}}}}}",
            "",
            "did you mean 'json'",
        ),
        (
            "{db: {engine: innodb}}",
            '{a: {type: sql, server: db, row: {parse: {regex: "("}, columns: {id: {type: text}}}}}',
            "",
            "the pattern is no regular expression",
        ),
        (
            "{db: {engine: innodb}}",
            "{a: {type: sql, server: db, row: {columns: {line: {type: text(0), from: $line}}}}}",
            "",
            "has room for nothing",
        ),
        (
            "{db: {engine: innodb}}",
            "{a: {type: sql, server: db}}",
            "  - fail_requests: {server: db, late: 1s, share: 0.5}\n",
            "'late' refuses nothing",
        ),
        (
            "{db: {engine: innodb}}",
            "{a: {type: sql, server: db}}",
            "  - fail_requests: {server: db, refuse: 40001}\n",
            "nobody knows what innodb means by the code '40001'",
        ),
        (
            "{db: {engine: merge_tree}}",
            "{a: {type: clickhouse, server: db}}",
            "  - fail_requests: {server: db, refuse: 252}\n",
            "did you mean 'Code: 252'",
        ),
        (
            "{db: {engine: bulk_index}}",
            "{a: {type: elasticsearch, server: db}}",
            "  - fail_requests: {server: db, refuse: 200}\n",
            "refuses none",
        ),
    ],
)
def test_a_mistake_about_databases_is_told_once_and_whatever_has_no_effect_is_one(
    servers, sinks, steps, told, tmp_path
):
    path = tmp_path / "s.wptest.yaml"
    path.write_text(
        f"scenario: s\nproject:\n  servers: {servers}\n  sinks: {sinks}\n"
        f"given: {{source: {{lines: 10}}}}\nwhen:\n{steps}  - run: wparse batch\n"
    )
    with pytest.raises(InvalidScenario) as wrong:
        load_file(path)
    assert told in str(wrong.value)
    assert "1 mistake found" in str(wrong.value)


_INNODB, _SQLITE = "{db: {engine: innodb}}", "{db: {engine: sqlite}}"
_SQL = "{a: {type: sql, server: db}}"


@pytest.mark.parametrize(
    ("wrote", "message", "help_", "marked"),
    [
        ((_INNODB, _SQL, "start: db"), "unknown program 'db'", "kill: db ends it, restart: db starts it", "db"),
        ((_SQLITE, _SQL, "start: db"), "unknown program 'db'", "there is nothing to start", "db"),
        ((_SQLITE, _SQL, "kill: db"), "'db' is sqlite, which is no process", "another engine", "db"),
        ((_SQLITE, _SQL, "signal: {db: TERM}"), "'db' is sqlite, which is no process", "another engine", "db"),
        (
            (_SQLITE, _SQL, "fail_requests: {server: db, late: 1s}"),
            "sqlite@3.40 has no answer that could be late",
            "write 'at: before_send', 'refuse' or 'trouble'",
            "late",
        ),
        (
            (_SQLITE, _SQL, "fail_requests: {server: db, stopped: 1s}"),
            "sqlite@3.40 is no server that could stand still",
            "write 'at: before_send', 'refuse' or 'trouble'",
            "stopped",
        ),
        (
            (_SQLITE, _SQL, "fail_requests: {server: db, at: half_sent}"),
            "a request to sqlite@3.40 can't fail at 'half_sent'",
            "write 'at: before_send', 'refuse' or 'trouble'",
            "half_sent",
        ),
        (
            (_INNODB, "{a: {type: sql, server: db, key: $event_id}}", "wait: 1s"),
            "'$event_id' is not a name",
            "write id, and row: {columns: {id: {type: uint64, from: $event_id, required: true}, ...}}",
            "$event_id",
        ),
        (
            (_INNODB, "{a: {type: sql, server: db, write: replace}}", "wait: 1s"),
            "unknown word 'replace'",
            "did you mean 'upsert'?",
            "replace",
        ),
        (
            (_INNODB, "{a: {type: sql, server: db, write: ignore_errors}}", "wait: 1s"),
            "unknown word 'ignore_errors'",
            "did you mean 'insert_ignore'?",
            "ignore_errors",
        ),
        (
            ("{db: {engine: bulk_index}}", "{a: {type: elasticsearch, server: db, write: upsert}}", "wait: 1s"),
            "bulk_index knows no 'upsert'",
            "'index' does the same",
            "upsert",
        ),
        (
            ("{db: {engine: merge_tree}}", "{a: {type: clickhouse, server: db, write: upsert}}", "wait: 1s"),
            "merge_tree knows no 'upsert'",
            "replacing_merge_tree shows the newest row",
            "upsert",
        ),
        (
            (_INNODB, "{a: {type: sql, server: db, batch: {bytes: 10}}}", "wait: 1s"),
            "no row has room in 10 bytes: a request without any has 37",
            None,
            "10",
        ),
        (
            (_INNODB, _SQL, "check: {sinks: {a: {table: {keys: 3}}}}"),
            "the sink 'a' has no key",
            "say of the sink",
            "keys",
        ),
        (
            (
                _INNODB,
                "{a: {type: sql, server: db, table: t}, b: {type: sql, server: db, table: t}}",
                "check: {sinks: {a: {table: {rows: 3}}, b: {table: {rows: '> 3'}}}}",
            ),
            "rows of one table: '> 3' here, and '3' for the sink 'a'",
            "say the same of it",
            "'> 3'",
        ),
    ],
)
def test_what_would_mend_it_is_told_with_its_place(wrote, message, help_, marked, tmp_path):
    servers, sinks, steps = wrote
    path = tmp_path / "s.wptest.yaml"
    path.write_text(
        f"scenario: s\nproject:\n  servers: {servers}\n  sinks: {sinks}\n"
        f"given: {{source: {{lines: 10}}}}\nwhen:\n  - start: wparse daemon\n  - {steps}\n"
    )
    with pytest.raises(InvalidScenario) as wrong:
        load_file(path)
    (told,) = wrong.value.diagnostics
    assert told.message.startswith(message)
    assert told.help is None if help_ is None else help_ in told.help
    assert told.source_line[told.column - 1 :][: told.length] == marked


@pytest.mark.parametrize("counts", [("'> 4'", "5"), ("'< 5'", "'not 3'"), ("7", "7"), ("'>= 0'", "'<= 0'")])
def test_what_two_sinks_say_of_one_table_may_go_together(counts, tmp_path):
    first, second = counts
    path = tmp_path / "s.wptest.yaml"
    path.write_text(
        f"scenario: s\nproject: {{servers: {_INNODB}, sinks: {{a: {{type: sql, server: db, table: t}}, "
        "b: {type: sql, server: db, table: t}}}\ngiven: {source: {lines: 3}}\nwhen: [{run: wparse batch}]\n"
        f"then: {{sinks: {{a: {{table: {{rows: {first}}}}}, b: {{table: {{rows: {second}}}}}}}}}\n"
    )
    assert load_file(path)


def test_a_server_that_was_killed_is_restarted_and_not_started(tmp_path):
    path = tmp_path / "s.wptest.yaml"
    path.write_text(
        f"scenario: s\nproject: {{servers: {_INNODB}, sinks: {_SQL}}}\ngiven: {{source: {{lines: 3}}}}\n"
        "when:\n  - kill: db\n  - pause: db\n"
    )
    with pytest.raises(InvalidScenario) as wrong:
        load_file(path)
    assert wrong.value.diagnostics[0].help == "restart: db before this step, or take the step out"


def test_lines_that_have_the_key_of_another_are_told_so(tmp_path):
    path = tmp_path / "s.wptest.yaml"
    columns = "{l: {type: text(200), from: $line, required: true}}"
    path.write_text(
        f"scenario: s\nproject: {{servers: {_INNODB}, sinks: {{a: {{type: sql, server: db, key: l, row: "
        f"{{columns: {columns}}}}}}}}}\ngiven: {{source: {{lines: 100, equal: every 2nd}}}}\n"
        "when: [{run: wparse batch}]\n"
    )
    (loaded,) = load_file(path)
    (told,) = [each for each in run_variant(loaded.variants[0]).findings if each.name == "no_loss"]
    assert told.message == "49 of 100 lines for servers/db/a nowhere to be found"
    assert told.help.startswith(
        "the table has a row with the key of all of them: of two lines with one key the first"
    )


_WHOLE = """\
scenario: s
project:
  servers: {db: {engine: innodb, flush: 1, tables: {orders: {line: {type: text(20)}}}}}
  sinks:
    orders:
      type: sql
      server: db
      key: id
      write: upsert
      batch: {lines: 10}
      row:
        parse: json
        refuse: drop
        columns:
          id: {type: uint64, from: $event_id, required: true}
          line: {type: text(400), from: $line, required: true}
given: {source: {lines: 600}}
when:
  - fail_requests: {server: db, table: orders, refuse: 1205, times: 1}
  - run: wparse batch
"""
_WRONG = {
    "server: db\n": ("server: dbb\n", "unknown server 'dbb'"),
    "key: id\n": ("key: idd\n", "there is no column 'idd'"),
    "write: upsert": ("write: create", "knows no 'create'"),
    "lines: 10}": ("lines: 0}", "0 is out of bounds"),
    "parse: json": ("parse: jsn", "'jsn' is no way to take a line apart"),
    "refuse: drop": ("refuse: dropp", "unknown word 'dropp'"),
    "type: uint64": ("type: unt64", "unknown type 'unt64'"),
    "$event_id": ("$evnt_id", "there is no source '$evnt_id'"),
    "text(400)": ("text(0)", "has room for nothing"),
    "from: $line": ("from: $lin", "there is no source '$lin'"),
    "flush: 1": ("flush: 9", "'9'"),
    "{line: {type": ("{lne: {type", "unknown column 'lne'"),
    "table: orders": ("table: ordrs", "unknown table 'ordrs'"),
    "refuse: 1205": ("refuse: 4000", "by the code '4000'"),
}
# What is known of a table of a server that nobody knows.
_BEHIND = {"server: db\n": {"{line: {type", "table: orders"}}


@pytest.mark.parametrize(("first", "second"), [*combinations_with_replacement(_WRONG, 2)])
def test_of_two_mistakes_about_a_database_both_are_told_at_once_and_nothing_that_follows_from_them(
    first, second, tmp_path
):
    expected = {first, second} - _BEHIND.get(first, set()) - _BEHIND.get(second, set())
    text = _WHOLE
    for right in {first, second}:
        text = text.replace(right, _WRONG[right][0], 1)
    path = tmp_path / "s.wptest.yaml"
    path.write_text(text)
    with pytest.raises(InvalidScenario) as wrong:
        load_file(path)
    told = [each.message for each in wrong.value.diagnostics]
    assert len(told) == len(expected), told
    assert all(any(_WRONG[right][1] in message for message in told) for right in expected), told


@pytest.mark.parametrize(
    ("sink", "told"),
    [
        ("{type: sql, server: db, kye: id, write: upsert}", ["unknown key 'kye'"]),
        ("{type: sql, server: db, rwo: {columns: {id: {type: int64}}}, key: id}", ["unknown key 'rwo'"]),
        ("{type: sql, sevrer: db, write: upsert, key: 5}", ["unknown key 'sevrer'", "the number 5"]),
        ("{tpye: sql, server: db, key: id}", ["unknown key 'tpye'"]),
        ("{type: sqll, server: db, key: id}", ["unknown word 'sqll'"]),
    ],
)
def test_what_a_wrong_key_of_a_sink_may_mean_is_not_missed(sink, told, tmp_path):
    path = tmp_path / "s.wptest.yaml"
    path.write_text(
        f"scenario: s\nproject: {{servers: {{db: {{engine: innodb}}}}, sinks: {{a: {sink}}}}}\n"
        "given: {source: {lines: 10}}\nwhen:\n  - run: wparse batch\n"
    )
    with pytest.raises(InvalidScenario) as wrong:
        load_file(path)
    messages = [each.message for each in wrong.value.diagnostics]
    assert len(messages) == len(told), messages
    assert all(part in message for part, message in zip(told, messages, strict=True)), messages
