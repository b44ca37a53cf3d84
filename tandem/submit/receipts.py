"""Who is told that their mail arrived. A forged From must not make us write to somebody who never wrote to us."""

from django.conf import settings
from django.utils.translation import gettext as _

from tandem.communicate.models import Update
from tandem.kit import often
from tandem.submit.models import Submission

AN_HOUR = 3600


def why_none(submission: Submission, *, to: str) -> str:
    """Why nobody is told, at this address, that this mail opened a case, as a sentence; "" if they are."""
    known = submission.is_proven or _is_known(submission)
    if not known and submission.checked_by:
        return _("Nothing proves that the mail came from the address it names, and we do not know them.")
    if Update.objects.automatic().is_enough_for(to):
        return _("This address had a mail that no person wrote within the hour, or as many as we send in a day.")
    # Last, for it counts: only what is sent uses up the hour.
    if not known and not often.allows("receipt.unproven", "", most=settings.RECEIPTS, seconds=AN_HOUR):
        return _("We told more unproven senders within an hour than we do.")
    return ""


def _is_known(submission: Submission) -> bool:
    """One of a customer's people; or they wrote before, and that was proven. To have been named is nothing."""
    assert submission.message
    assert submission.message.author
    if submission.message.author.contact.account_id:
        return True
    earlier = Submission.objects.filter(author_told=submission.author_told, is_proven=True)
    return earlier.filter(received_at__lt=submission.received_at).exists()
