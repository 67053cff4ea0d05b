"""What a file says once and means often: shared steps, definitions, defaults, conditions."""
