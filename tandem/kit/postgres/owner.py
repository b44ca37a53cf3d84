"""Who the database runs as. PostgreSQL refuses root, so root lends it a system user."""

import os
import pwd
import secrets
import stat
import subprocess
from pathlib import Path
from typing import Any

from tandem.kit.postgres.errors import CannotStart

SYSTEM_USER = "tandem"
HOMES = Path("/var/lib/tandem")


def as_owner() -> dict[str, Any]:
    """What subprocess needs to run a program as the owner of a cluster: nothing, unless we are root."""
    if os.geteuid() != 0:
        return {}
    user = _system_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def make_private(directory: Path) -> None:
    """Make a directory that only the owner may enter, or make sure it is: below /tmp anybody may be first."""
    owner = as_owner().get("user", os.geteuid())
    try:
        directory.mkdir(mode=0o700)
        os.chown(directory, owner, -1)
    except FileExistsError:
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise CannotStart(
                f"{directory} belongs to another user (number {found.st_uid}):"
                " start Tandem as that user, or choose another TANDEM_DATA."
            ) from None
        directory.chmod(0o700)


def make_home(home: Path) -> None:
    """Make the directory of a cluster where its owner can reach it, through the directory around it.

    A checkout of root's often lies below a home nobody else may enter. We do not open that home:
    the cluster then lives below /var/lib/tandem, and `home` is a link to it.
    """
    if home.is_symlink() and not home.exists():
        raise CannotStart(f"{home} is a link to {home.readlink()}, which is gone: bring that back first.")
    home.parent.mkdir(parents=True, exist_ok=True)
    if not may_reach(home.parent):
        home.parent.chmod(home.parent.stat().st_mode | stat.S_IXOTH)
        if not home.exists() and not may_reach(home.parent):
            home.symlink_to(_elsewhere())
    make_private(home.resolve())


def _elsewhere() -> Path:
    HOMES.mkdir(mode=0o711, parents=True, exist_ok=True)
    directory = HOMES / f"postgres-{secrets.token_hex(4)}"
    make_private(directory)
    return directory


def may_reach(path: Path) -> bool:
    """Whether the owner may enter this directory or run this program."""
    if os.geteuid() != 0:
        return True
    asked = subprocess.run(["test", "-x", path], **as_owner(), cwd="/", check=False)  # noqa: S603, S607
    return asked.returncode == 0


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _create_system_user()
        return pwd.getpwnam(SYSTEM_USER)


def _create_system_user() -> None:
    useradd = [
        "useradd",
        "--system",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/bin/false",
    ]
    try:
        subprocess.run([*useradd, SYSTEM_USER], check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        raise CannotStart(
            f"PostgreSQL refuses to run as root, and no system user “{SYSTEM_USER}” could be made:"
            " make one, start Tandem as an ordinary user, or name a database of your own in TANDEM_DATABASE_URL."
        ) from None
