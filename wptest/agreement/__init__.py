"""Whether the engine, behaving as a version does, and real programs of that version do the same."""
