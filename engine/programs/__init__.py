"""`wparse`, `wprescue`, `wpgen` and `wproj` as the engine runs them."""
