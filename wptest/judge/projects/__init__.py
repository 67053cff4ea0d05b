"""What a project says of where lines belong: the oracle's own reading, and none of the engine's."""
