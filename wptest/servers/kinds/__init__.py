"""One module for each kind of server."""
