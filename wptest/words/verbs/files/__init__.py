"""Verbs about files: what somebody outside the programs does to them, and how much room there is."""
