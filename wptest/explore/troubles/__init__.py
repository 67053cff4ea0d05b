"""Kinds of trouble: where each may strike a run, what it leaves, and several of them one after the other."""
