"""What changes while somebody works, and what has to be run again then."""
