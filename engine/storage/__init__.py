"""One file-system port, a simulated disk, the real disk, and fault rules between a program and either."""
