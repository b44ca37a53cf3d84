"""The live stream: carries the words of `kit.live` to the open pages of those who may hear them."""
