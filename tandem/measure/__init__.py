"""What we want to be good at, counted from the ledger: the process with its live numbers, and the goals."""
