"""What each table engine does with a batch, as seen on the real server of its version."""
