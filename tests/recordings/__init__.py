"""Recordings of the real WarpParse programs, and what the engine and our own programs do with the same steps."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
