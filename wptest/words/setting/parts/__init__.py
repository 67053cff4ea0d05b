"""Every part of `given`, each in a file of its own; see `wptest.words.setting.part`."""
