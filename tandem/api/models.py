from django.db import models

from tandem.kit import clock


class Answer(models.Model):
    """What we answered to a create with an Idempotency-Key, so that repeating it answers the same and does nothing."""

    caller = models.CharField(max_length=64, help_text="Fingerprint of the token.")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64, help_text="Fingerprint of method, address and body.")
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("caller", "key", name="one_answer_per_key")]
