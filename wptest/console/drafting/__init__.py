"""Scenario files that `wptest new` writes."""
