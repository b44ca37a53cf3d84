"""What workers do with files: have them scanned, and compare what rests with what came."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import F

from tandem.cases.models import Attachment
from tandem.cases.models.attachment import Scan, Search
from tandem.kit import clamav, clock, files
from tandem.kit.sealed import CannotOpen

log = logging.getLogger(__name__)

AT_ONCE = 200
LATE = timedelta(minutes=10)


def scan(attachment: Attachment) -> None:
    """Ask clamd, of what was covered as it came. While it is away the file stays closed, and the job tries again."""
    if settings.CLAMAV:
        kept = attachment.secrets.of_files().first()
        pieces = kept.pieces() if kept else files.read(attachment.stored_as)
        attachment.judge(clamav.verdict(pieces, at=settings.CLAMAV))


def scan_what_waits() -> None:
    """What was given up on, and what came before anybody scanned here. Says so when files have waited for long."""
    if not settings.CLAMAV:
        return
    rows = Attachment.objects.to_be_scanned().filter(created_at__lt=clock.now() - LATE)
    if late := rows.filter(scan=Scan.WAITING).count():
        log.error("%d files wait to be checked for viruses: does clamd answer at %s?", late, settings.CLAMAV)
    for attachment in rows.order_by("-pk")[:AT_ONCE]:  # of old ones some can never be read
        try:
            scan(attachment)
        except clamav.Away:
            return
        except (clamav.NoVerdict, FileNotFoundError, CannotOpen) as error:
            log.error("The file of attachment %s could not be checked for viruses: %s", attachment.key, error)


def compare(most: int | None = AT_ONCE) -> list[Attachment]:
    """Read those files anew that nobody has looked at for longest; those that are not what came any more."""
    kept = Attachment.objects.exclude(search=Search.ERASED)
    rows = kept.select_related("message__case").order_by(F("compared_at").asc(nulls_first=True), "pk")
    return [attachment for attachment in rows[:most].iterator() if not _is_as_it_came(attachment)]


def _is_as_it_came(attachment: Attachment) -> bool:
    try:
        good = files.weighed(attachment.stored_as) == attachment.sha256
    except FileNotFoundError:
        good = False
    attachment.compare(good=good)
    return good
