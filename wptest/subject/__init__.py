"""What a scenario runs against: the engine, or real processes. `docs/subjects.md` says what the second can do."""
