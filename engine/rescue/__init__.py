"""Rescue files: their names and life, and how recovery replays them from its checkpoint."""
