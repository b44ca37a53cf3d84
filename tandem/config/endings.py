"""What stops a command, as one sentence and an exit code."""

import errno

CONFIGURATION = 2
TEMPORARY_FAILURE = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the message and tries again


def said_plainly(error: Exception) -> tuple[str, int] | None:
    """2 for a bad setting, 75 while the database is away, 1 for whatever else we understand."""
    # Late: `tandem --help` needs none of them.
    from django.db import OperationalError

    from tandem.config.claims import CannotServe
    from tandem.kit.env import BadSetting
    from tandem.kit.errors import Refused
    from tandem.kit.postgres import CannotStart

    match error:
        case BadSetting():
            return str(error), CONFIGURATION
        case CannotServe() | CannotStart() | Refused():
            return str(error), 1
        case OperationalError():
            reason = str(error).strip().splitlines()[0]
            return f"The database does not answer; is `tandem serve` running? {reason}", TEMPORARY_FAILURE
        case OSError(errno=errno.ENOSPC):
            return "The disk is full: make room, then start again.", 1
        case OSError(filename=str(name)):
            return f"{name}: {error.strerror}. TANDEM_DATA must be a directory that Tandem may write.", 1
    return None
