"""What may be expected: a word in a file."""
