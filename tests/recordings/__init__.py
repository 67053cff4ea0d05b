"""Recordings of the real WarpParse programs, and what the engine and our own programs do with the same steps."""
