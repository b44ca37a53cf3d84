from django.db import models

SECTIONS = ("title", "symptom", "environment", "cause", "resolution", "tried")


class Sections(models.Model):
    """What an article says, as Markdown."""

    title = models.CharField(max_length=200)
    symptom = models.TextField(blank=True)
    environment = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    resolution = models.TextField(blank=True)
    tried = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def sections(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in SECTIONS}
