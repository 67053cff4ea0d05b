"""Faults and sinks of the user's own: what faults act through, and what a run shows of sinks."""
