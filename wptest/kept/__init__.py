"""What it takes to run something again, and where failures are kept."""
