"""Random faults: how they are drawn, what the runs with them reach, and which of these are worth changing."""
