"""What is in files, and how that is kept."""
