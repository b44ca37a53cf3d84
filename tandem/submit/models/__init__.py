from django.utils.translation import gettext_lazy as _

from tandem.cases.sentences import say
from tandem.submit.models.submission import AlreadySorted, NotACustomer, State, Submission

__all__ = ["AlreadySorted", "NotACustomer", "State", "Submission"]

say("submission.landed", _("Came in by {channel}"))
