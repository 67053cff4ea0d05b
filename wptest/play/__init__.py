"""A variant, played as a command or pytest wants it: one runner, one record of what came of it."""
