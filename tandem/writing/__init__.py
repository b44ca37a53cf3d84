"""What is written and not said yet, who is at it, and what happened meanwhile."""
