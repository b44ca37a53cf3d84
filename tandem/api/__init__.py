"""The REST door, assembled from every room's `api.py`."""
