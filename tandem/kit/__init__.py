"""Tools with no opinion about support."""
