from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import ManyToOneRel, Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tandem.kit import written
from tandem.kit.errors import Invalid, Refused
from tandem.kit.slugs import short_names
from tandem.kit.text import one_line
from tandem.people.models.user import User
from tandem.people.roles import Can

LONGEST = 80


class NoTeamName(Invalid):
    """Give the team a name, of at most 80 letters."""


class TeamNameTaken(Refused):
    """Another team has this name."""


class TeamNamed(Refused):
    """Something still names this team, so it cannot be removed: take its members out instead."""


class TeamManager(models.Manager["Team"]):
    @transaction.atomic
    def make(self, name: str, *, kind: str, by: Any, members: Iterable[User] = ()) -> "Team":
        """Team.objects.make("Night shift", kind="support", by=ada): its short name is made of its name, and stays.

        Raises `NoTeamName`, `TeamNameTaken`.
        """
        by.must_be_able_to(Can.ADMINISTER)
        name = self.free(name)
        known = set(self.values_list("slug", flat=True))
        slug = next(one for one in short_names(name, otherwise="team", most=LONGEST) if one not in known)
        team = self.model(name=name, slug=slug, kind=kind)
        if not written.insert_once(team):  # somebody else made one of this name just now
            raise TeamNameTaken
        team.members.set(members)
        return team

    def free(self, name: str, *, besides: "Team | None" = None) -> str:
        name = one_line(name, most=LONGEST + 1)
        if not name or len(name) > LONGEST:
            raise NoTeamName
        if any(team != besides for team in self.filter(name__iexact=name)):
            raise TeamNameTaken
        return name


class Team(models.Model):
    """People who share a queue: a support shift, an engineering team, a desk cases are handed off to."""

    class Kind(models.TextChoices):
        SUPPORT = "support", _("Support")
        ENGINEERING = "engineering", _("Engineering")
        OTHER = "other", _("Another department")

    name = models.CharField(max_length=LONGEST, unique=True)
    slug = models.SlugField(max_length=LONGEST, unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    members = models.ManyToManyField(User, related_name="teams", blank=True)
    signature = models.TextField(blank=True, help_text=_("Stands below what the team writes, in mail only."))

    objects = TeamManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["support", "engineering", "other"]), name="team_kind_known")
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def change(self, *, by: Any, name: str, members: Iterable[User]) -> None:
        """Another name, and who is in it; whoever retired stays. Raises `NoTeamName`, `TeamNameTaken`."""
        by.must_be_able_to(Can.ADMINISTER)
        self.name = Team.objects.free(name, besides=self)
        try:
            with transaction.atomic():
                self.save(update_fields=["name"])
        except IntegrityError:  # somebody else gave another team this name just now
            raise TeamNameTaken from None
        self.members.set([*members, *self.members.filter(is_active=False)])

    @transaction.atomic
    def remove(self, *, by: Any) -> None:
        """As if it had never been; only while nothing names it. Raises `TeamNamed`."""
        by.must_be_able_to(Can.ADMINISTER)
        Team.objects.select_for_update().get(pk=self.pk)  # whoever names it now, waits
        if named := sorted(self._named_by()):
            what = capfirst(", ".join(named))
            raise TeamNamed(
                _("{what} still name “{name}”, so it cannot be removed: take its members out instead.").format(
                    what=what, name=self.name
                )
            )
        self.delete()

    def _named_by(self) -> Iterator[str]:
        """What sort of rows name it, whichever room they are of."""
        for relation in self._meta.get_fields(include_hidden=True):
            if not isinstance(relation, ManyToOneRel) or relation.related_model is Team.members.through:
                continue
            model: Any = relation.related_model
            if model._base_manager.filter(**{relation.field.name: self}).exists():
                yield str(model._meta.verbose_name_plural)
