"""How fast and how lean wptest is, as ratios to what else could do the same work on the same machine."""
