from django.contrib.postgres.fields import ArrayField
from django.db import models

from tandem.cases.models import Case, Message


class Reference(models.Model):
    """The Message-ID a customer's mail came with: our next mail to them answers to it.

    `also_got`: the addresses it was sent to besides ours. They have it already and need no copy.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="mail_references")
    message = models.OneToOneField(Message, models.PROTECT, related_name="mail_reference")
    mail_id = models.CharField(max_length=250)
    also_got = ArrayField(models.CharField(max_length=320), default=list)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["case", "id"], name="mail_references_of_case")]
