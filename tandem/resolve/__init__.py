"""What helps: the workaround for now, the resolution for good, and the proof of it in two stages."""
