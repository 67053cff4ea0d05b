"""Lines as rows of a table: what a table looks like, and the mapping `to_tdc` from a line to its row and back.

Nothing here does anything but compute: a line has one row, or is refused, whatever server the row is meant for.
"""
