"""Judging a run. Called, the package is the decorator `@wptest.check`: both have that name."""

import sys
from types import ModuleType

from wptest.extend.declare import check


class _Decorator(ModuleType):
    __call__ = staticmethod(check)


sys.modules[__name__].__class__ = _Decorator
