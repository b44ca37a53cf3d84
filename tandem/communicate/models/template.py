from collections.abc import Mapping
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.communicate import variables
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.people.models import Team
from tandem.people.visibility import VisibleTo


class NameTaken(Invalid):
    """There is a template of this name already."""


class TemplateQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(retired_at=None)

    def offered_to(self, actor: Any) -> Self:
        """Everybody's, and those of their teams."""
        mine = Q(team=None) | Q(team__in=actor.teams.all())
        return self.visible_to(actor).standing().filter(mine)

    def called(self, beginning: str) -> Self:
        """With a word in their name that begins so."""
        return self.filter(Q(name__istartswith=beginning) | Q(name__icontains=f" {beginning}"))


class TemplateManager(models.Manager.from_queryset(TemplateQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def write(self, *, name: str, body: str, team: Team | None = None, by: Any) -> "Template":
        """Template.objects.write(name="First answer", body="Hello {{ contact.first_name }}, …", by=max)"""
        template = self.model()
        template.change(name=name, body=body, team=team, by=by)
        return template


class Template(models.Model):
    """Words one writes often, for everybody or for a team. `{{ case.number }}` and the like are filled in."""

    name = models.CharField(max_length=80)
    team = models.ForeignKey(Team, models.PROTECT, related_name="templates", null=True, blank=True)
    body = models.TextField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects = TemplateManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "name", "team", condition=Q(retired_at=None), nulls_distinct=False, name="one_template_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def example(self) -> str:
        return variables.example(self.body)

    @property
    def promises(self) -> bool:
        """It says when they hear from us next: with its words that is promised."""
        return variables.names(self.body, "promise")

    def for_case(self, case: Case, *, by: Any, known: Mapping[str, str] = variables.NOTHING) -> str:
        return variables.filled(self.body, case, by=by, known=known)

    @transaction.atomic
    def change(self, *, name: str, body: str, team: Team | None, by: Any) -> None:
        """Raises `NameTaken`, and `Invalid` when it names what we cannot fill in."""
        name, body = " ".join(name.split()), body.strip()
        if not name or not body:
            raise Invalid(_("A template needs a name and words."))
        if unknown := variables.first_unknown(body):
            raise Invalid(_("“{name}” is nothing we can fill in.").format(name=unknown))
        if Template.objects.standing().filter(name=name, team=team).exclude(pk=self.pk).exists():
            raise NameTaken
        self.name, self.body, self.team = name, body, team
        self.changed_by, self.changed_at = by, clock.now()
        self.save()

    def retire(self, *, by: Any) -> None:
        self.retired_at = self.changed_at = clock.now()
        self.changed_by = by
        self.save(update_fields=["retired_at", "changed_at", "changed_by"])
