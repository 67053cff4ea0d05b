"""Lines that will never arrive, stuck or dropped, and of which the scenario says nothing."""
