"""Checks of the user's own: what they see of a run, and what goes wrong in code that is not ours."""
