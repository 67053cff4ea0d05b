"""What foreign code gets that reaches beyond the run."""


class Escaped(Exception):
    """Foreign code reaches for something that no scenario governs."""
