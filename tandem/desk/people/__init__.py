"""The pages on which administrators keep colleagues and teams."""
