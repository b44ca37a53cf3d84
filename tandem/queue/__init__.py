"""All cases, asked for in words: as this person wants to see them, with views to come back to."""
