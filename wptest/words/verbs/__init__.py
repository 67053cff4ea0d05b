"""Every verb of the language, each in a file of its own; see `wptest.words.verb`."""
