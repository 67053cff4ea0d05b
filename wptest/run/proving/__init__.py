"""What a run has proved: what makes a pass worth nothing, and what leaves a failure in doubt."""
