from tandem.close.models.closure import Closure, Reason
from tandem.close.models.rating import Rating

__all__ = ["Closure", "Rating", "Reason"]
