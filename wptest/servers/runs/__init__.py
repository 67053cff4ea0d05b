"""Real servers in a run whose programs are the engine's: who starts them, asks them, reads them and ends them."""
