"""Finding the cause: what we think, what speaks for it, what was tried, and what did not help."""
