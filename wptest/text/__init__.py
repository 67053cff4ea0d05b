"""A file as text with places: what it says, where, and what is wrong with it."""
