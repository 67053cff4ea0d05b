"""Projects in directories for real programs: written out by layout, or copied."""
