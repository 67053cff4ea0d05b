"""What runs and explorations came to, as text."""
