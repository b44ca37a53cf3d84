from django.conf import settings
from django.db import models

from tandem.kit import clock
from tandem.learn.models.sections import Sections


class ArticleVersion(Sections):
    """What an article said at some time. Appended, never changed; the database sees to it."""

    article = models.ForeignKey("learn.Article", models.PROTECT, related_name="article_versions")
    number = models.PositiveIntegerField()
    revised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    revised_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint("article", "number", name="one_article_version_per_number")]
