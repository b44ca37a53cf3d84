"""What keeps a cluster from running."""

import re

SAID = re.compile(r"(?:FATAL|PANIC|ERROR|error): +(.+)")


class CannotStart(Exception):
    """The database cannot run; the message is one sentence saying why and what to do."""

    @classmethod
    def because(cls, output: str, *, log: str = "") -> "CannotStart":
        """From what a PostgreSQL program wrote before it gave up."""
        if "No space left on device" in output:
            return cls("The disk that holds the database is full: make room, then start again.")
        said = SAID.findall(output) or output.strip().splitlines() or ["it said nothing"]
        return cls(f"PostgreSQL could not start: {said[-1].strip().rstrip('.')}.{log and f' Its log is {log}.'}")
