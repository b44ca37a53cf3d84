from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.query import ask
from tandem.cases.query.language import LONGEST
from tandem.kit import clock, live
from tandem.kit.errors import Invalid, NotAllowed
from tandem.people.models import Team
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

MOST = 100


class NameTaken(Invalid):
    """You have a view of this name already."""


class TooMany(Invalid):
    """You have a hundred views. Delete one that you no longer need, and save this one then."""


class NotTheirs(NotAllowed):
    """Only who made a view, or who looks after the words of the house, can change it. Save a copy of your own instead."""


class Order(models.TextChoices):
    PROMISE = "promise", gettext_lazy("Next promise first")
    DUE = "due", gettext_lazy("Due first, by the clocks")
    PRIORITY = "priority", gettext_lazy("By priority; not judged first")
    OPENED = "opened", gettext_lazy("Newest first")
    ACTIVITY = "activity", gettext_lazy("Last change first")


class Grouping(models.TextChoices):
    STAGE = "stage", gettext_lazy("Stage")
    OWNER = "owner", gettext_lazy("Customer owner")
    BALL = "ball", gettext_lazy("Ball")
    PRIORITY = "priority", gettext_lazy("Priority")
    ACCOUNT = "account", gettext_lazy("Account")


class Density(models.TextChoices):
    COMFORTABLE = "comfortable", gettext_lazy("Comfortable")
    COMPACT = "compact", gettext_lazy("Compact")


class Sharing(models.TextChoices):
    NOBODY = "nobody", gettext_lazy("Only me")
    TEAM = "team", gettext_lazy("A team")
    ALL = "all", gettext_lazy("All colleagues")


def _known(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": ["", *choices.values]}), name=f"%(class)s_{field}_known"
    )


class Layout(models.Model):
    """How a list is shown. What is left empty is as usual."""

    columns = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    order = models.CharField(max_length=16, choices=Order, blank=True)
    grouping = models.CharField(max_length=16, choices=Grouping, blank=True)
    density = models.CharField(max_length=16, choices=Density, default=Density.COMFORTABLE)

    class Meta:
        abstract = True
        constraints = [_known("order", Order), _known("grouping", Grouping), _known("density", Density)]

    @property
    def layout(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in LAYOUT}


LAYOUT = ("columns", "order", "grouping", "density")


class SavedViewQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def colleagues_share(self, actor: Any) -> Self:
        theirs = Team.members.through.objects.filter(user=actor.pk).values("team")
        return self.filter(Q(owner=actor.pk) | Q(shared=Sharing.ALL) | Q(shared=Sharing.TEAM, team__in=theirs))


class SavedViewManager(models.Manager.from_queryset(SavedViewQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def save_as(self, name: str, *, text: str, by: Any, **more: Any) -> "SavedView":
        """SavedView.objects.save_as("Late exports", text="is:late realm:data", by=sam, shared=Sharing.ALL, order=…)"""
        if self.filter(owner=by).standing().count() >= MOST:
            raise TooMany
        view: SavedView = self.model(owner=by)
        view.change(by=by, name=name, text=text, **more)
        return view


class SavedView(Layout):
    """A query somebody comes back to, with how its cases are shown. Pinned, it stands in the bar of all who share it."""

    name = models.CharField(max_length=60)
    text = models.CharField(max_length=LONGEST)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views")
    shared = models.CharField(max_length=8, choices=Sharing, default=Sharing.NOBODY)
    team = models.ForeignKey(Team, models.PROTECT, related_name="saved_views", null=True, blank=True)
    pinned = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = SavedViewManager()

    class Meta:
        ordering = ["position", "name", "pk"]
        constraints = [
            *Layout.Meta.constraints,
            models.UniqueConstraint("owner", "name", condition=Q(removed_at=None), name="one_view_of_a_name"),
            models.CheckConstraint(condition=Q(shared__in=Sharing.values), name="view_sharing_known"),
            models.CheckConstraint(
                condition=Q(shared=Sharing.TEAM, team__isnull=False) | (~Q(shared=Sharing.TEAM) & Q(team=None)),
                name="only_a_view_of_a_team_names_one",
            ),
        ]
        indexes = [models.Index(fields=["shared", "team"], condition=Q(removed_at=None), name="views_shared")]

    def __str__(self) -> str:
        return self.name

    def may_be_changed_by(self, actor: Any) -> bool:
        keeps = actor.may(Can.SHAPE_WORDS) or actor.may(Can.ADMINISTER)
        return self.owner_id == actor.pk or (self.shared != Sharing.NOBODY and keeps)

    def must_be_theirs(self, by: Any) -> None:
        if not self.may_be_changed_by(by):
            raise NotTheirs

    @transaction.atomic
    def change(self, *, by: Any, **told: Any) -> None:
        """Its name, text, layout, whom it is shared with, its place. Raises `NotTheirs`, `NameTaken`, `NotUnderstood`."""
        self.must_be_theirs(by)
        for field, value in told.items():
            setattr(self, field, value)
        self.name, self.text = " ".join(self.name.split())[:60], " ".join(self.text.split())
        self._must_make_sense(by)
        self.changed_by, self.changed_at = by, clock.now()
        self.save()
        live.announce("queue", "views", audience="support")

    def copy(self, *, by: Any) -> "SavedView":
        """One's own, of the same name or the next that is free. Raises `TooMany`."""
        names = set(SavedView.objects.standing().filter(owner=by).values_list("name", flat=True))
        tries = (f"{self.name[:54]} {n}" if n > 1 else self.name for n in range(1, MOST + 2))
        free = next(name for name in tries if name not in names)
        return SavedView.objects.save_as(free, text=self.text, by=by, **self.layout)

    @transaction.atomic
    def remove(self, *, by: Any) -> None:
        self.must_be_theirs(by)
        self._stand(clock.now(), by)

    @transaction.atomic
    def bring_back(self, *, by: Any) -> None:
        """Undo `remove`. Raises `NameTaken` where another has its name by now."""
        self.must_be_theirs(by)
        self._must_have_its_name()
        self._stand(None, by)

    def _stand(self, removed_at: Any, by: Any) -> None:
        self.removed_at, self.changed_by, self.changed_at = removed_at, by, clock.now()
        self.save(update_fields=["removed_at", "changed_by", "changed_at"])
        live.announce("queue", "views", audience="support")

    def _must_make_sense(self, by: Any) -> None:
        if not self.name or not self.text:
            raise Invalid(_("A view needs a name, and words that ask for cases."))
        if (self.shared == Sharing.TEAM) != bool(self.team):
            raise Invalid(_("Say which team, or share it with nobody or all."))
        ask(self.text, by).must_be_clear()
        self._must_have_its_name()

    def _must_have_its_name(self) -> None:
        others = SavedView.objects.standing().filter(owner=self.owner_id, name=self.name)
        if others.exclude(pk=self.pk).exists():
            raise NameTaken


class OwnLayoutManager(models.Manager["OwnLayout"]):
    def keep(self, *, by: Any, view: SavedView | None = None, **layout: Any) -> "OwnLayout":
        """OwnLayout.objects.keep(by=sam, view=late, density="compact"): from now on Sam sees it so; without a view, all lists."""
        kept, _is_new = self.update_or_create(person=by, view=view, defaults=layout)
        return kept


class OwnLayout(Layout):
    """How one person has lists shown: all of them, or one saved view in another way than it was saved."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="layouts")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="own_layouts", null=True)

    objects = OwnLayoutManager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            *Layout.Meta.constraints,
            models.UniqueConstraint("person", "view", nulls_distinct=False, name="one_layout_for_a_person"),
        ]
