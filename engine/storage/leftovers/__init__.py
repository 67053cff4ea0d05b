"""What a power loss may leave of names and of bytes, by the rules of a disk profile."""
