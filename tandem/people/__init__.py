"""Who acts: users with a role, teams, tokens for programs; and the doors they come in by."""
