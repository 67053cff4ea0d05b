"""A scenario as a whole: loaded, checked, and what of it can prove nothing."""
