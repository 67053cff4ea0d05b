"""What stands in the place of Python's functions for foreign code, and what becomes of each."""
