"""Recordings of what real programs did: how they are kept, what is seen in them, and how others compare."""
