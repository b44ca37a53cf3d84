from typing import Any

from django.conf import settings
from django.db import models

from tandem.kit import clock


class Baseline(models.Model):
    """How it was before: a figure frozen once, so that a goal has something to be better than."""

    goal = models.SlugField(unique=True)
    value = models.FloatField(help_text="In the unit of the goal: seconds, or a share from 0 to 1.")
    frozen_at = models.DateTimeField(default=clock.now)
    frozen_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    source = models.CharField(max_length=200, help_text="Where the figure is from, in a sentence.")
