"""What a value may look like, and what is said when it does not."""
