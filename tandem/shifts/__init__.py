"""What somebody leaves to the next at the end of a shift, with a read-in drawn from the ledger."""
