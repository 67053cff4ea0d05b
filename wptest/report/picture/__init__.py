"""The picture of a run as data: lanes on the axis of its virtual time, made of its events and of nothing else."""
