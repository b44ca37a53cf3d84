"""Where a cluster's socket is. The path of a socket may be no longer than about a hundred bytes."""

import hashlib
import os
import pwd
from pathlib import Path

NAME = ".s.PGSQL.5432"
LONGEST = 103  # of macOS; Linux takes 107


def socket_address(home: Path) -> dict[str, str]:
    """The host, as PostgreSQL's client library wants it."""
    if _fits(home / "run"):
        return {"host": str(home / "run")}
    return {"host": str(_short(home))} | _only_of(home)


def _fits(directory: Path) -> bool:
    """A comma separates hosts in a client's eyes."""
    return len(os.fsencode(directory / NAME)) <= LONGEST and "," not in str(directory)


def _short(home: Path) -> Path:
    """A private directory below /tmp: the same for every command, whatever its environment."""
    return Path("/tmp") / f"tandem-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108


def _only_of(home: Path) -> dict[str, str]:
    """Anybody may make a directory below /tmp: talk only to a server of the owner's."""
    return {"requirepeer": pwd.getpwuid(home.stat().st_uid).pw_name} if home.exists() else {}
