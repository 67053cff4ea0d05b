"""Words of the user's own: each is a call of a function, and answers what a built-in word answers."""
