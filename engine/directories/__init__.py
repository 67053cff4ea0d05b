"""Project directories: their files, read in one pass into one `Project`, with all that is wrong told at once."""
