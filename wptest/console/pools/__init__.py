"""Pools of workers beyond this process, and what makes one of a command's options."""
