"""The customer's own pages: my cases, where each of them stands, and what is asked of me."""
