"""Going on with a rescue file that was replayed in part: what has arrived of it, known by places in the target."""
