"""A PostgreSQL of our own: one directory, one socket, no network, no installation."""

from tandem.kit.postgres.cluster import Cluster
from tandem.kit.postgres.errors import CannotStart

__all__ = ["CannotStart", "Cluster"]
