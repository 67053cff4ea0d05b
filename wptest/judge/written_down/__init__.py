"""What programs have written down of their replays: the oracle's own reading, and none of the engine's."""
