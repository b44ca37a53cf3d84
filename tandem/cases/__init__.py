"""The shared record: the case, what was said, who takes part, and the ledger of all that happened."""
