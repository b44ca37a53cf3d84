"""Django's PostgreSQL, with a health check that costs no round trip: it runs before every page."""

from select import POLLIN, poll

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """PostgreSQL says goodbye when it goes; only when something waits to be read it must be asked."""
        waiting = poll()
        try:
            waiting.register(self.connection.fileno(), POLLIN)
        except (psycopg.Error, OSError):
            return False
        return super().is_usable() if waiting.poll(0) else True
