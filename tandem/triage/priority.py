"""How soon a case is worked on, in four words. `case.priority` holds the number, 1 to 4; 0 is not judged yet.

| priority | word | score |
|---|---|---|
| 1 | Critical | 20 and more |
| 2 | High | 12 to 19 |
| 3 | Medium | 6 to 11 |
| 4 | Low | up to 5 |
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Priority(models.IntegerChoices):
    CRITICAL = 1, _("Critical")
    HIGH = 2, _("High")
    MEDIUM = 3, _("Medium")
    LOW = 4, _("Low")


LEAST_SCORE = {Priority.CRITICAL: 20, Priority.HIGH: 12, Priority.MEDIUM: 6}
TONES: dict[int, str] = {
    Priority.CRITICAL: "urgent",
    Priority.HIGH: "high",
    Priority.MEDIUM: "normal",
    Priority.LOW: "low",
}


def of_score(score: int) -> Priority:
    return next((priority for priority, least in LEAST_SCORE.items() if score >= least), Priority.LOW)


WORDS = {priority.value: priority.label for priority in Priority}


def word_of(priority: int) -> str:
    """“High”; empty while nobody has judged."""
    return str(WORDS.get(priority, ""))


def tone_of(priority: int) -> str:
    """The tone of the `queue` macro: urgent, high, normal, low; empty while nobody has judged."""
    return TONES.get(priority, "")
