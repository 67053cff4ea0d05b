"""Random mutants of the engine, and what of the tests kills them."""
