"""WPL and OML files and samples: whose a line is, as far as they say it."""
