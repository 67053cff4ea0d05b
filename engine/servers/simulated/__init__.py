"""What stands behind a simulated server: its process, what it does with a request, and the files of its tables."""
