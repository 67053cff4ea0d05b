"""Work that is shared out: the port of a pool of workers, and the one that works in this process."""
