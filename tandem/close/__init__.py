"""The agreed end of a case: why, by whom, confirmed or not, and what the customer thought of it."""
