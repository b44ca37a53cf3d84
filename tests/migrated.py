"""A database brought to this version once, and copied wherever a test wants one: to migrate takes as long as fifty tests.

It lies in `var/migrated/` under a name that says what it was made of, so a changed migration makes a new one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tandem.kit.postgres import Cluster
from tandem.kit.postgres.owner import make_home

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "var" / "migrated"
MADE_OF = ("tandem/**/migrations/*.py", "tandem/kit/database/*.py", "tandem/kit/postgres/*.py", "requirements-dev.lock")


def copy_to(home: Path) -> None:
    """Make this the home of a cluster that is up to date and does not run yet."""
    make_home(home)
    _copy(_kept(), Cluster(home).data)


def _kept() -> Path:
    kept = KEPT / _name()
    if not kept.exists():
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True)
        with tempfile.TemporaryDirectory(prefix="tandem-migrated-", ignore_cleanup_errors=True) as folder:
            cluster = Cluster(Path(folder) / "postgres", fsync=False)
            _migrate(cluster)
            half = kept.with_suffix(f".{os.getpid()}")
            _copy(cluster.data, half)
        half.rename(kept)
    return kept


def _name() -> str:
    files = sorted(file for pattern in MADE_OF for file in ROOT.glob(pattern))
    told = b"".join(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() for file in files)
    return hashlib.sha256(told).hexdigest()[:16]


def _migrate(cluster: Cluster) -> None:
    environment = os.environ | {"TANDEM_DATABASE_URL": cluster.start()}
    try:
        subprocess.run([sys.executable, "-m", "tandem.config.cli", "migrate"], env=environment, cwd=ROOT, check=True)
    finally:
        cluster.stop()


def _copy(data: Path, to: Path) -> None:
    """With its owner, who is another one where we are root."""
    subprocess.run(["cp", "-a", data, to], check=True)
