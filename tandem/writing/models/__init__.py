from tandem.writing.models.draft import Draft, Kept, NotForThem, NotYours, TooLong, TooMany, Typed
from tandem.writing.models.hint import Hint, Unhinted
from tandem.writing.models.presence import Presence

__all__ = ["Draft", "Hint", "Kept", "NotForThem", "NotYours", "Presence", "TooLong", "TooMany", "Typed", "Unhinted"]
