from django.utils.translation import gettext_lazy as _

from tandem.cases.sentences import say
from tandem.submit.models.draft import Draft, DraftFile
from tandem.submit.models.fetched import Fetched
from tandem.submit.models.mailbox import Mailbox
from tandem.submit.models.submission import AlreadySorted, NotACustomer, State, Submission
from tandem.submit.models.template import ReportTemplate
from tandem.submit.models.unconfirmed import TooOften, Unconfirmed

__all__ = [
    "AlreadySorted",
    "Draft",
    "DraftFile",
    "Fetched",
    "Mailbox",
    "NotACustomer",
    "ReportTemplate",
    "State",
    "Submission",
    "TooOften",
    "Unconfirmed",
]

say("submission.landed", _("Came in by {channel}"))
