"""How bad it is, whose it is, and the first answer: assessments, assignments, hand-offs, acknowledgment."""
