"""Where the lines were that findings are about, who brought them there, and what a power loss took."""
