"""Sinks of a project directory that write to databases."""
