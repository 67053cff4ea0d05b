"""Commands that are about reports: put together, and kept fresh."""
