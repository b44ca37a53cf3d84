from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.automate import acting
from tandem.automate.models.run import Kind, Run
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.kit.text import one_line
from tandem.people.models import Team
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo


class MacroNameTaken(Invalid):
    """There is a macro of this name already."""


class MacroQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(retired_at=None)

    def offered_to(self, actor: Any) -> Self:
        """Everybody's, those of their teams, and their own."""
        shared = Q(owner=None) & (Q(team=None) | Q(team__in=actor.teams.all()))
        return self.visible_to(actor).standing().filter(shared | Q(owner=actor))


class MacroManager(models.Manager.from_queryset(MacroQuerySet)):  # type: ignore[misc]
    def write(self, *, by: Any, **told: Any) -> "Macro":
        """Macro.objects.write(name="Known outage", acts=[…], team=None, mine=False, by=max)"""
        macro: Macro = self.model()
        macro.change(by=by, **told)
        return macro


class Macro(models.Model):
    """Several acts under one name, for oneself, a team or everybody. Each change is a version that stays."""

    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="macros", null=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="macros", null=True)
    acts = models.JSONField()
    version = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    objects = MacroManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "name", "owner", "team", condition=Q(retired_at=None), nulls_distinct=False, name="one_macro_of_a_name"
            ),
            models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="macro_of_one_or_of_many"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def of_whom(self) -> str:
        return _("only me") if self.owner_id else self.team.name if self.team else _("everybody")

    def may_be_changed_by(self, person: Any) -> bool:
        return self.owner_id == person.pk if self.owner_id else person.may(Can.SHAPE_WORDS)

    @transaction.atomic
    def change(
        self, *, name: str, acts: Any, by: Any, team: Team | None = None, mine: bool = False, because: str = ""
    ) -> None:
        """One's own, or with the right to shape words a team's or everybody's. Raises `MacroNameTaken`, `Invalid`."""
        if self.pk:
            self.refresh_from_db(from_queryset=Macro.objects.select_for_update(of=("self",)))
        if not mine or (self.pk and not self.owner_id):
            by.must_be_able_to(Can.SHAPE_WORDS)
        owner = (self.owner if self.pk and self.owner_id else by) if mine else None
        name = one_line(name, most=80)
        if not name:
            raise Invalid(_("A macro needs a name."))
        others = Macro.objects.standing().filter(name=name, owner=owner, team=None if mine else team)
        if others.exclude(pk=self.pk).exists():
            raise MacroNameTaken
        self.name, self.owner, self.team = name, owner, None if mine else team
        self.acts, self.version = acting.checked(acts, by=by), self.version + 1
        self.save()
        self.versions.create(
            number=self.version, name=name, acts=self.acts, changed_by=by, because=one_line(because, most=200)
        )

    def retire(self, *, by: Any) -> None:
        if not self.may_be_changed_by(by):
            by.must_be_able_to(Can.SHAPE_WORDS)
        self.retired_at = clock.now()
        self.save(update_fields=["retired_at"])

    def use(self, cases: list[Case], *, by: Any) -> Run:
        """All its acts on each of the cases, as one run."""
        version = self.versions.get(number=self.version)
        return Run.objects.do(cases, self.acts, by=by, kind=Kind.MACRO, title=self.name, macro_version=version)


class MacroVersion(models.Model):
    """A macro as somebody left it, and why."""

    macro = models.ForeignKey(Macro, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    acts = models.JSONField()
    because = models.CharField(max_length=200, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint("macro", "number", name="one_macro_version_of_a_number")]
