"""Scenarios that are made of others: smaller ones, and those that show what an exploration found."""
