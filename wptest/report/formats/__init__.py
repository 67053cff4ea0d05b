"""Reports in the formats of others, one module for each; written from the document and from nothing else."""
