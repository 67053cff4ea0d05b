"""What commands need of Python, imported once, in the process that all of them are forked from."""

import pkgutil
from importlib import import_module

import pytest  # noqa: F401

import wptest.collect
import wptest.commands
import wptest.explore

for package in (wptest.commands, wptest.collect, wptest.explore):
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
