"""Every kind of storage fault, each in a file of its own; see `wptest.words.fault_kind`."""
