"""The report as a page: one HTML file with everything in it, made from the document and from nothing else."""
