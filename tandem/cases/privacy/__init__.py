"""What nobody should read by chance: secrets that are covered, and what is erased for ever."""
