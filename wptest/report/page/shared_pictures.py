"""What pictures of a page have in common, each once: variants of one scenario go much the same way."""

from __future__ import annotations

import json
from typing import Any


class SharedPictures:
    """Takes pictures apart; what they are made of then is `data`."""

    def __init__(self) -> None:
        self._lanes: dict[str, int] = {}
        self._told: dict[str, int] = {}

    @property
    def data(self) -> dict[str, list[Any]]:
        """The lanes, and what rows of the table tell besides their moments, by their numbers."""
        return {"lanes": list(map(json.loads, self._lanes)), "told": list(map(json.loads, self._told))}

    def shared(self, picture: dict[str, Any]) -> dict[str, Any]:
        """The picture with numbers for what is shared; that of the reference beside it as well."""
        reference = picture.get("reference")
        rows = [[at, _number(self._told, told)] for at, *told in picture["rows"]]
        lanes = [_number(self._lanes, lane) for lane in picture["lanes"]]
        beside = {"reference": self.shared(reference)} if reference is not None else {}
        return picture | {"lanes": lanes, "rows": rows} | beside


def _number(known: dict[str, int], part: Any) -> int:
    return known.setdefault(json.dumps(part), len(known))
