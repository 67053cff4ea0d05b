"""Crashes at every operation, and the recovery from each."""
