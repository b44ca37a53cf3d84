"""Engineering steps in: a complete package asked of a team, accepted or returned with reasons, and handed back."""
