"""The file that a sink writes or a source reads, of its parameters `base` and `file`."""

from __future__ import annotations

import posixpath

from engine.directories.connectors import Params
from engine.directories.table import Table
from engine.text.mistake import Mistake


def target_of(params: Params, default_base: str, default_file: str) -> str | None:
    """Where it is in the run's directory; None where something is wrong with it, which is noted where it stands.

    The given paths are looked up for the whole of it, so that one of them may be a file's.
    """
    base_holder, file_holder = params.holder("base"), params.holder("file")
    base = base_holder.text("base")
    base = default_base if base is None else base
    file = file_holder.text("file")
    file = default_file if file is None else file
    places = file_holder.places
    if posixpath.basename(file) in ("", ".", ".."):
        file_holder.fail("file", f"'{file}' names no file")
        return None
    try:
        found = places.in_run(base, file, is_file=True)
    except Mistake as error:
        _blame(base_holder, base, file_holder, error)
        return None
    try:
        places.claim(found, base, file)
    except Mistake as error:
        holder, key = (file_holder, "file") if "file" in file_holder else (base_holder, "base")
        holder.fail(key, str(error))
    _rewrite(base_holder, base, file_holder, file, found)
    return found


def written_path(owner: Table, params: Params, default_base: str, default_file: str) -> str:
    """How a path is written that stands as a whole with its owner, or as `base` and `file`."""
    if "path" in owner:
        return owner.text("path") or ""
    base, file = params.holder("base").text("base"), params.holder("file").text("file")
    return posixpath.join(base or default_base, file or default_file)


def _blame(base_holder: Table, base: str, file_holder: Table, error: Mistake) -> None:
    """Note it at the base where that is wrong by itself."""
    if "base" in base_holder:
        try:
            base_holder.places.in_run(base)
        except Mistake as of_base:
            base_holder.fail_path("base", of_base)
            return
    file_holder.fail_path("file", error)


def _rewrite(base_holder: Table, base: str, file_holder: Table, file: str, found: str) -> None:
    """Let a copy of the project have parameters by which a program finds its file there."""
    places = file_holder.places
    try:
        new_base = places.in_run(base)
    except Mistake:  # it is the file that is given
        new_base = "."
    if "base" in base_holder and places.leads_elsewhere(base, new_base):
        base_holder.rewrite("base", new_base)
    if posixpath.normpath(posixpath.join(new_base, file)) != found:
        new_file = posixpath.relpath(found, new_base)
        if "file" in file_holder:
            file_holder.rewrite("file", new_file)
        else:
            places.fixed.append(f"'{found}' is the default file of a base that leads elsewhere")
