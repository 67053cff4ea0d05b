"""What is seen of real programs from outside: what grows, what is logged, what was read of the input."""
