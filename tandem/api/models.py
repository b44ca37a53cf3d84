import json
from typing import Self

from django.db import models

from tandem.kit import clock


class AnswerQuerySet(models.QuerySet):
    def having(self, text: str) -> Self:
        """Those whose body says it, as JSON writes it."""
        escaped = {json.dumps(text, ensure_ascii=is_plain)[1:-1] for is_plain in (True, False)}
        return self.filter(models.Q(*(("body__contains", told) for told in escaped), _connector=models.Q.OR))


class Answer(models.Model):
    """What we answered to a create with an Idempotency-Key, so that repeating it answers the same and does nothing."""

    caller = models.CharField(max_length=64, help_text="Fingerprint of the token.")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64, help_text="Fingerprint of method, address and body.")
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("caller", "key", name="one_answer_per_key")]
