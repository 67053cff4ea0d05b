"""Pages and schema that are made from the code."""
