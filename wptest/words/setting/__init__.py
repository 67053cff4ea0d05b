"""What there is before a run: `given`, and projects that are written out."""
