"""A user's own Python code inside of a run: the files, clock and databases that it sees, and what its sinks hold.

What needs pyfakefs or freezegun is imported only where a run has such code.
"""
