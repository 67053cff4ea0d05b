"""The commands of `wptest`, one in each file."""
