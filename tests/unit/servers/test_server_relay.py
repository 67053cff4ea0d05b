"""The relay: what the client and the server see of a request that goes wrong."""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from wptest.servers.server_relay import RelayFault, ServerRelay


class Echo:
    """A server that answers each line with `did:` and the line, and remembers all bytes that it got."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.got = []
        self.ends = []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        rest = b""
        with client, suppress(BrokenPipeError):  # who has asked may be gone
            try:
                while chunk := client.recv(1 << 16):
                    rest += chunk
                    while b"\n" in rest:
                        line, _, rest = rest.partition(b"\n")
                        self.got.append(line)
                        client.sendall(b"did:" + line + b"\n")
                self.ends.append(rest)
            except ConnectionResetError:
                self.ends.append("reset")

    def await_end(self):
        patience = time.monotonic() + 20
        while not self.ends and time.monotonic() < patience:
            time.sleep(0.002)
        return self.ends[0]


@contextmanager
def relayed(*faults):
    echo = Echo()
    relay = ServerRelay("127.0.0.1", echo.port)
    for fault in faults:
        relay.add(fault)
    try:
        yield echo, relay
    finally:
        relay.close()
        echo.listener.close()


def connected(relay, timeout=20.0):
    return socket.create_connection(("127.0.0.1", relay.port), timeout)


def asked(client, line):
    """The answer to a line; b"" for an end, and "reset" for a reset."""
    try:
        client.sendall(line + b"\n")
        return client.recv(1 << 16)
    except (ConnectionResetError, BrokenPipeError):
        return "reset"


def test_what_nothing_is_said_of_passes():
    with relayed() as (echo, relay), connected(relay) as client:
        assert asked(client, b"one") == b"did:one\n"
        assert asked(client, b"two") == b"did:two\n"
        assert echo.got == [b"one", b"two"]


def test_a_large_request_passes_whole():
    with relayed(RelayFault("answer_lost", b"never")) as (echo, relay), connected(relay) as client:
        threading.Thread(target=client.sendall, args=(b"x" * 3_000_000 + b"\n",)).start()
        got = b""
        while not got.endswith(b"\n"):
            got += client.recv(1 << 16)
        assert len(got) == len(echo.got[0]) + 5 == 3_000_005


def test_an_answer_that_is_lost_was_given_to_a_request_that_was_done():
    fault = RelayFault("answer_lost", b"insert")
    with relayed(fault) as (echo, relay), connected(relay) as client:
        assert asked(client, b"select") == b"did:select\n"
        assert not fault.struck
        assert asked(client, b"insert 1") in (b"", "reset")
        assert fault.wait(20)
        assert echo.got == [b"select", b"insert 1"]
        with connected(relay) as again:  # it happens once
            assert asked(again, b"insert 1") == b"did:insert 1\n"


def test_before_it_is_sent_the_server_has_nothing_of_it():
    fault = RelayFault("before_send", b"insert")
    with relayed(fault) as (echo, relay), connected(relay) as client:
        assert asked(client, b"insert 1") in (b"", "reset")
        assert echo.await_end() == b""
        assert echo.got == []
        assert fault.struck


@pytest.mark.parametrize(("fault", "part"), [
    (RelayFault("half_sent"), b"123456"),
    (RelayFault("half_sent", keep=3), b"123"),
])  # fmt: skip
def test_of_half_a_request_the_server_has_so_much(fault, part):
    with relayed(fault) as (echo, relay), connected(relay) as client:
        assert asked(client, b"12345678901") in (b"", "reset")
        assert echo.await_end() == part
        assert echo.got == []


def test_a_server_may_see_a_reset_rather_than_an_end():
    fault = RelayFault("half_sent", resets=True)
    with relayed(fault) as (echo, relay), connected(relay) as client:
        assert asked(client, b"12345678901") in (b"", "reset")
        assert echo.await_end() == "reset"


def test_the_nth_request_with_the_mark_is_counted_once_however_it_is_cut_up():
    fault = RelayFault("answer_lost", b"insert", nth=3)
    with relayed(fault) as (echo, relay), connected(relay) as client:
        for line in (b"insert 1", b"select", b"insert 2"):
            client.sendall(line[:3])
            time.sleep(0.01)
            assert asked(client, line[3:]) == b"did:" + line + b"\n"
        assert asked(client, b"insert 3") in (b"", "reset")
        assert echo.got[-1] == b"insert 3"


def test_a_client_that_gives_up_on_a_late_answer_changes_nothing_at_the_server():
    fault = RelayFault("answer_late", late=60.0)
    with relayed(fault) as (echo, relay):
        with connected(relay, 0.05) as client, pytest.raises(TimeoutError):
            asked(client, b"insert 1")
        assert fault.struck
        assert echo.got == [b"insert 1"]


def test_a_late_answer_comes_at_last():
    with relayed(RelayFault("answer_late", late=0.05)) as (_, relay), connected(relay) as client:
        before = time.monotonic()
        assert asked(client, b"insert 1") == b"did:insert 1\n"
        assert time.monotonic() - before >= 0.05


def test_two_faults_each_meet_their_own_requests():
    first, second = RelayFault("answer_lost", b"a"), RelayFault("before_send", b"b")
    with relayed(first, second) as (echo, relay):
        with connected(relay) as client:
            assert asked(client, b"b") in (b"", "reset")
        assert (first.struck, second.struck) == (False, True)
        with connected(relay) as client:
            assert asked(client, b"a") in (b"", "reset")
        assert first.wait(20)
        assert echo.got == [b"a"]


def test_an_answer_before_an_orderly_end_reaches_the_client_whole():
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        client, _ = listener.accept()
        client.recv(100)
        client.sendall(b"y" * 500_000)
        client.close()

    threading.Thread(target=serve, daemon=True).start()
    relay = ServerRelay("127.0.0.1", listener.getsockname()[1])
    with connected(relay) as client:
        client.sendall(b"?\n")
        time.sleep(0.02)
        got = b""
        while chunk := client.recv(1 << 16):
            got += chunk
    assert len(got) == 500_000
    relay.close()
    listener.close()


def test_where_no_server_listens_clients_see_their_connection_end():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    relay = ServerRelay("127.0.0.1", port)
    with suppress(ConnectionResetError), connected(relay) as client:
        assert asked(client, b"x") in (b"", "reset")
    relay.close()


def test_a_client_that_is_gone_is_gone_for_the_server_too():
    with relayed() as (echo, relay):
        client = connected(relay)
        assert asked(client, b"one") == b"did:one\n"
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        assert echo.await_end() == b""


def test_closing_leaves_no_thread_whatever_is_going_on():
    before = set(threading.enumerate())
    with relayed(RelayFault("answer_late", late=60.0)) as (_, relay):
        waiting, idle = connected(relay), connected(relay)
        waiting.sendall(b"insert 1\n")
        assert asked(idle, b"x") == b"did:x\n"
    relay.close()  # a second time does nothing
    ours = [each.name for each in threading.enumerate() if each not in before and each.name.startswith("wptest")]
    assert ours == []
    for each in (waiting, idle):
        each.close()
