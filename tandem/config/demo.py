"""A Tandem to look at: the story told, one click to be each of the cast, and nothing left behind."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import available_timezones

from tandem.config import claims
from tandem.config.serve import serve
from tandem.kit.postgres import Cluster

CAST = {
    "ana": "customer at Northwind Analytics",
    "sam": "support",
    "erin": "engineer, team Platform",
    "max": "support manager",
    "ada": "administrator",
}


def demo(keep: Path | None) -> None:
    """Serve a story until asked to stop, from a directory to `keep`, or one that is thrown away."""
    with _directory(keep) as data:
        _settle_in(data)
        serve(prepare=["migrate", "--tell"], greeting=_greeting(), fsync=keep is not None)


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep:
        yield keep
        return
    data = Path(tempfile.mkdtemp(prefix="tandem-demo-"))
    try:
        yield data
    finally:
        Cluster(data / "postgres").remove()
        shutil.rmtree(data)


def _settle_in(data: Path) -> None:
    """Whatever the environment says: never in a real database. The settings are read after this."""
    for name in ("TANDEM_DATABASE_URL", "TANDEM_DATABASE_URL_FILE"):
        os.environ.pop(name, None)
    os.environ |= {"TANDEM_DATA": str(data), "TANDEM_DEMO": "yes"}
    os.environ.setdefault("TANDEM_FETCH_ALLOW", "127.0.0.1")  # where the story's own system answers
    os.environ.setdefault("TANDEM_SMTP_URL", "file:outbox")  # nobody of the story has a mail server
    os.environ.setdefault("TANDEM_TIME_ZONE", _zone_here())
    for name, usual in {"TANDEM_PORT": 8000, "TANDEM_MAIL_PORT": 2525}.items():
        os.environ.setdefault(name, str(claims.free_port(usual)))


def _zone_here() -> str:
    """This machine's, so that the story's hours are those of its reader's clock; UTC where it does not say."""
    told = os.environ.get("TZ") or os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    return next((name for name in (told.removeprefix("Etc/"), told) if name in available_timezones()), "UTC")


def _greeting() -> str:
    from tandem.config import settings

    doors = [f"  {settings.BASE_URL}/demo/in/{name}/".ljust(44) + part for name, part in CAST.items()]
    return "\n".join([f"Tandem is ready at {settings.BASE_URL}/", "Come in as", *doors, "Ctrl-C ends it."])
