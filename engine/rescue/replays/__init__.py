"""One rescue file, or several side by side, on the way back into their sinks."""
