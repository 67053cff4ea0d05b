"""What came of a command as data: one JSON document, its types, and how it is written, read and merged."""
