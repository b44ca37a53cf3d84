"""The pages on which one keeps customers: who they are, who writes for them, what runs at them."""
