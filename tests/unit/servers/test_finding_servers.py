"""What a server is found by, and what is said where there is none."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from wptest.servers.opened import SERVER_KINDS, open_server
from wptest.servers.real_server import fresh_names
from wptest.servers.server_address import ServerAddress, address_of
from wptest.servers.server_errors import AddressError, ServerFailedError, ServerMissingError
from wptest.servers.server_program import ServerProgram

SCHEMES = ("mysql+pymysql", "mysql")


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def wanted(tmp_path: Path) -> ServerProgram:
    return ServerProgram(("newd", "oldd"), "WPTEST_NEWD", (f"{tmp_path}/usual/*/bin",), "apt-get install newd")


def test_what_is_given_comes_before_the_variable_path_and_usual_places(tmp_path, monkeypatch):
    usual, on_path, named, given = (
        program(tmp_path / place / "newd") for place in ("usual/9/bin", "path", "named", "given")
    )
    program(tmp_path / "usual/10/bin/other")
    monkeypatch.setenv("PATH", "")
    assert wanted(tmp_path).find() == usual
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert wanted(tmp_path).find() == on_path
    monkeypatch.setenv("WPTEST_NEWD", str(named))
    assert wanted(tmp_path).find() == named
    assert wanted(tmp_path).find(str(given)) == given


def test_a_directory_may_be_named_and_of_several_versions_the_highest_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    for version in ("9", "15", "100"):
        program(tmp_path / f"usual/{version}/bin/oldd")
    assert wanted(tmp_path).find() == tmp_path / "usual/100/bin/oldd"
    assert wanted(tmp_path).find(str(tmp_path / "usual/9/bin")) == tmp_path / "usual/9/bin/oldd"


def test_what_is_not_there_is_told_with_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerMissingError) as caught:
        wanted(tmp_path).find()
    assert (
        str(caught.value)
        == f"there is no newd on PATH or in {tmp_path}/usual/*/bin; install it: apt-get install newd"
    )
    monkeypatch.setenv("WPTEST_NEWD", "/not/there")
    with pytest.raises(ServerMissingError, match=r"/not/there \(of WPTEST_NEWD\) is no program"):
        wanted(tmp_path).find()


@pytest.mark.parametrize("name", SERVER_KINDS)
def test_a_server_that_is_not_there_is_told_before_anything_is_made(name, tmp_path):
    with pytest.raises(ServerMissingError, match="install it: "), open_server(name, str(tmp_path / "none")):
        pass


@pytest.mark.parametrize(
    "url", ["mysql://root:a%40b@127.0.0.1:3307/orders", "mysql+pymysql://root:a%40b@[::1]:3307"]
)
def test_an_address_is_read_without_its_database(url):
    address = address_of(url, SCHEMES, 3306)
    assert (address.port, address.user, address.password, address.database) == (3307, "root", "a@b", "")


def test_an_address_is_written_as_it_is_read():
    address = ServerAddress("127.0.0.1", 3307, "ro@ot", "a/b", "orders")
    assert address.url("mysql") == "mysql://ro%40ot:a%2Fb@127.0.0.1:3307/orders"
    assert address_of("mysql://localhost", SCHEMES, 3306).port == 3306


@pytest.mark.parametrize(("url", "said"), [
    ("mysql://192.0.2.1/x", "192.0.2.1 isn't this machine"),
    ("http://127.0.0.1", r"expected mysql\+pymysql://"),
    ("mysql:///x", r"expected mysql\+pymysql://"),
    ("mysql://127.0.0.1:port", "Port could not be cast"),
])  # fmt: skip
def test_other_addresses_are_refused(url, said):
    with pytest.raises(AddressError, match=said):
        address_of(url, SCHEMES, 3306)


def test_no_password_is_shown():
    with pytest.raises(AddressError) as caught:
        address_of("mysql://root:secret@192.0.2.1", SCHEMES, 3306)
    assert "secret" not in str(caught.value)
    assert address_of("mysql://root:secret@192.0.2.1", SCHEMES, 3306, anywhere=True).host == "192.0.2.1"


def test_an_address_where_nobody_answers_is_told(monkeypatch):
    monkeypatch.setenv("WPTEST_CLICKHOUSE", "http://127.0.0.1:1")
    with pytest.raises(ServerFailedError, match="no ClickHouse answers"), open_server("clickhouse"):
        pass


def test_names_look_random_and_are_the_same_each_time():
    first = list(fresh_names("tests/test_orders.py::test_lost"))
    assert first == list(fresh_names("tests/test_orders.py::test_lost"))
    assert len({*first, *fresh_names("other")}) == 2 * len(first)
    assert all(name.startswith("wptest_") and name.islower() for name in first)


def test_a_program_that_does_not_start_is_told_with_what_it_said_and_leaves_nothing(tmp_path, monkeypatch):
    broken = tmp_path / "clickhouse-server"
    broken.write_text("#!/bin/sh\necho no licence >&2\nexit 3\n")
    broken.chmod(0o755)
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with pytest.raises(ServerFailedError, match="ClickHouse doesn't start: no licence"):
        open_server("clickhouse", str(broken)).__enter__()
    assert list(place.iterdir()) == []
