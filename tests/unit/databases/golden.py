"""Texts that are compared as they are with what stands in `golden/`: a change of one of them is to be read."""

from __future__ import annotations

from pathlib import Path

from engine.databases.http_request import HttpRequest
from engine.databases.sql.sql_statements import SqlStatement

GOLDEN = Path(__file__).parent / "golden"


def assert_golden(name: str, parts: dict[str, str]) -> None:
    text = "\n".join(f"-- {title}\n{part}\n" for title, part in parts.items())
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def of_statement(statement: SqlStatement) -> str:
    return "\n".join([statement.text + ";", *map(repr, statement.parameters)])


def of_request(request: HttpRequest, body: str) -> str:
    headers = [f"{name}: {value}" for name, value in request.headers.items()]
    return "\n".join([f"{request.method} {request.target}", *headers, body])
