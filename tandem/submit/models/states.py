from django.db import models
from django.utils.translation import gettext_lazy


class State(models.TextChoices):
    WAITING = "waiting", gettext_lazy("waiting")
    LANDED = "landed", gettext_lazy("landed")
    NOTED = "noted", gettext_lazy("noted")
    QUARANTINED = "quarantined", gettext_lazy("in quarantine")
    REJECTED = "rejected", gettext_lazy("rejected")


class Cause(models.TextChoices):
    """Why a mail waits in quarantine, in a word to sort by; `reason` says it in a sentence."""

    UNREADABLE = "unreadable", gettext_lazy("cannot be read")
    OURSELVES = "ourselves", gettext_lazy("says it is us")
    FLOOD = "flood", gettext_lazy("too many")
    SENDER = "sender", gettext_lazy("unclear sender")
    RETIRED = "retired", gettext_lazy("retired sender")
    PROGRAM = "program", gettext_lazy("written by a program")
    LIST = "list", gettext_lazy("from a mailing list")
    REPORT = "report", gettext_lazy("about no mail of ours")
    RETURNED = "returned", gettext_lazy("brought back")
