from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.kit import clock
from tandem.people.visibility import VisibleTo
from tandem.signals import ledger
from tandem.signals.models.component import Component
from tandem.signals.models.state import State


class EffectManager(models.Manager.from_queryset(VisibleTo)):  # type: ignore[misc]
    @transaction.atomic
    def word(
        self,
        state: str,
        *,
        by: Any,
        sentence: str,
        callers_say: str = "",
        answer: str = "",
        who_knows: Any = None,
    ) -> "Effect":
        """component.effects.word(State.SLOW, by=sam, sentence="Exports arrive up to 2 h late; nothing is lost.")"""
        component = self.instance
        said = {"sentence": sentence, "callers_say": callers_say, "answer": answer, "who_knows": who_knows}
        effect, _new = self.update_or_create(
            component=component, state=state, defaults={**said, "worded_by": by, "worded_at": clock.now()}
        )
        ledger.tell("effect.worded", component.pk)
        component.look_different()
        return effect


class Effect(models.Model):
    """What a component's state means to a customer, and what support can say about it."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="effects")
    state = models.CharField(max_length=16, choices=State)
    sentence = models.CharField(
        _("what it means to a customer"),
        max_length=300,
        help_text=_("One sentence that is published: “Exports arrive up to 2 h late; nothing is lost.”"),
    )
    callers_say = models.CharField(
        _("what callers will say"), max_length=300, blank=True, help_text=_("“My export is not there.”")
    )
    answer = models.TextField(_("what to answer"), blank=True)
    who_knows = models.ForeignKey(
        "people.Team", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("who knows more")
    )
    worded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    worded_at = models.DateTimeField(default=clock.now, editable=False)

    objects = EffectManager()

    class Meta:
        ordering = ["component", "state"]
        constraints = [
            models.UniqueConstraint("component", "state", name="one_effect_per_state"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="effect_state_known"),
        ]

    def __str__(self) -> str:
        return self.sentence
