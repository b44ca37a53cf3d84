"""Mail that a provider posts to us: whether it is them, and the message as it came."""
