from tandem.organize.models.snooze import Snooze

__all__ = ["Snooze"]
