"""What is odd about the bytes of a WPL or OML file, so that real versions refuse the project."""

from __future__ import annotations


def odd_text(data: bytes) -> str | None:
    """Why they are no text that somebody could read; None where they are one."""
    try:
        return None if data.decode().strip() else "the file is empty"
    except UnicodeDecodeError as error:
        return f"byte 0x{data[error.start]:02x} is not UTF-8"
