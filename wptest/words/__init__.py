"""The words of the language: what may stand in `given`, `when` and `then`."""
