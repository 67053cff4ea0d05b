"""More than one run of a scenario: crashes, failing operations, interleavings, random faults."""
