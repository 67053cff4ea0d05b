"""Real database servers on this machine: found, started with files of their own, killed, and gone at the end.

`wptest.servers.fixtures` is for tests of pytest, `wptest.servers.opened.open_server` for anybody else.
"""
