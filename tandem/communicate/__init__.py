"""The voice: what customers hear from us, whether it reached them, and when they hear from us next."""
