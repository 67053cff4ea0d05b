"""The deterministic engine: WarpParse's sink rescue and recovery on a virtual clock.

It knows nothing of YAML, pytest or wptest, and reads no real clock, disk or global random.
"""
