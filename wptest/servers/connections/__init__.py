"""Requests of database sinks, said to real servers by their own clients, and what these answer."""
