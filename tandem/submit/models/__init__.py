from django.utils.translation import gettext_lazy as _

from tandem.cases.sentences import say
from tandem.submit.models.draft import Draft, DraftFile
from tandem.submit.models.fetched import Fetched
from tandem.submit.models.mailbox import Mailbox
from tandem.submit.models.mailing_list import MailingList, NoList
from tandem.submit.models.states import Cause, State
from tandem.submit.models.submission import AlreadySorted, NotACustomer, Overtaken, Submission
from tandem.submit.models.template import ReportTemplate
from tandem.submit.models.unconfirmed import TooOften, Unconfirmed
from tandem.submit.models.vouch import KnownAlready, NobodyToVouchFor, Vouch
from tandem.submit.models.widget import WidgetKey, WidgetUse

__all__ = [
    "AlreadySorted",
    "Cause",
    "Draft",
    "DraftFile",
    "Fetched",
    "KnownAlready",
    "Mailbox",
    "MailingList",
    "NoList",
    "NobodyToVouchFor",
    "NotACustomer",
    "Overtaken",
    "ReportTemplate",
    "State",
    "Submission",
    "TooOften",
    "Unconfirmed",
    "Vouch",
    "WidgetKey",
    "WidgetUse",
]

say("submission.landed", _("Came in by {channel}"))
