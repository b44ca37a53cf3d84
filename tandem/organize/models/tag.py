import re
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Exists, F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

LONGEST = 40
RESERVED = {"none", "any"}


class NoName(Invalid):
    """A tag is named in letters, digits and . _ / + - between them, at most 40, and not “none” or “any”."""


class NameTaken(Refused):
    """Another tag has this name. Merge the two, if they mean the same."""


class CannotMergeTags(Refused):
    """A tag is merged into another that stands by itself, once."""


class UndoneAlready(Refused):
    """This was undone already."""


class TagKind(models.TextChoices):
    FREE = "free", gettext_lazy("free")
    AREA = "area", gettext_lazy("area")
    COMPONENT = "component", gettext_lazy("component")
    CAUSE = "cause", gettext_lazy("cause")


def tidy(name: str) -> str:
    """As it is kept: “Data loss” → “data-loss”. Raises `NoName`."""
    told = re.sub(r"\s+", "-", name.strip().removeprefix("#").lower())
    if not re.fullmatch(r"\w[\w./+-]*", told) or len(told) > LONGEST or told in RESERVED:
        raise NoName
    return told


class TagQuerySet(VisibleTo):
    """For colleagues: what we call a problem among us is not for customers."""

    def standing(self) -> Self:
        """Those one may put on a case: neither retired nor merged into another."""
        return self.filter(retired_at=None, merged_into=None)

    def meaning(self, name: str) -> Self:
        """The tag of that name with all that are merged with it, whichever of them is named.

        A name that no tag has any more is that of those who had it.
        """
        had = Q(earlier_names__contains=[name]) & ~Exists(Tag.objects.filter(name=name))
        roots = Tag.objects.filter(Q(name=name) | had).values(root=Coalesce("merged_into", "pk"))
        return self.filter(Q(pk__in=roots) | Q(merged_into__in=roots))


class TagManager(models.Manager.from_queryset(TagQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def make(self, name: str, *, by: Any, kind: str = TagKind.FREE) -> "Tag":
        """Tag.objects.make("data-loss", by=max): one that was retired is there again. Raises `NoName`, `NameTaken`."""
        by.must_be_able_to(Can.ARRANGE)
        name = tidy(name)
        tag = self.select_for_update().filter(name=name).first()
        if tag is None:
            made: Tag = self.create(name=name, kind=_known(kind), made_by=by)
            return made
        if not tag.retired_at:
            raise NameTaken
        tag.kind, tag.retired_by, tag.retired_at = _known(kind), None, None
        tag.save(update_fields=["kind", "retired_by", "retired_at"])
        return tag


class Tag(models.Model):
    """A word by which cases are found again. `merged_into` repeats what the standing merges say."""

    name = models.CharField(max_length=LONGEST, unique=True)
    earlier_names = ArrayField(models.CharField(max_length=LONGEST), default=list, db_default=[], editable=False)
    kind = models.CharField(max_length=16, choices=TagKind, default=TagKind.FREE)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    changed_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    retired_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, related_name="merged_tags", null=True, editable=False)

    objects = TagManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(name=Lower("name")), name="tag_name_in_lower_case"),
            models.CheckConstraint(condition=Q(kind__in=TagKind.values), name="tag_kind_known"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="tag_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def change(self, *, by: Any, name: str, kind: str) -> None:
        """Another name or kind, on all cases that have it; the name before still finds it. Raises `NoName`, `NameTaken`."""
        by.must_be_able_to(Can.ARRANGE)
        if Tag.objects.filter(name=(told := tidy(name))).exclude(pk=self.pk).exists():
            raise NameTaken
        self.earlier_names = [name for name in (*self.earlier_names, self.name) if name != told]
        self.name, self.kind, self.changed_by, self.changed_at = told, _known(kind), by, clock.now()
        self.save(update_fields=["name", "earlier_names", "kind", "changed_by", "changed_at"])

    def retire(self, *, by: Any) -> None:
        """Nobody puts it on a case any more; those that have it keep it."""
        by.must_be_able_to(Can.ARRANGE)
        self.retired_by, self.retired_at = by, clock.now()
        self.save(update_fields=["retired_by", "retired_at"])

    @transaction.atomic
    def merge_into(self, other: "Tag", *, by: Any) -> "TagMerge":
        """tag.merge_into(other, by=max): both mean the same. No case changes, so it can be undone. Raises `CannotMergeTags`."""
        by.must_be_able_to(Can.ARRANGE)
        both = Tag.objects.select_for_update().order_by("pk").filter(pk__in=[self.pk, other.pk])
        if len(both) < 2 or any(tag.merged_into_id for tag in both):
            raise CannotMergeTags
        merge = TagMerge.objects.create(tag=self, into=other, merged_by=by)
        _reflect_merges()
        return merge


class TagMerge(models.Model):
    """Two tags that mean the same, told apart again when this is undone."""

    tag = models.ForeignKey(Tag, models.PROTECT, related_name="tag_merges")
    into = models.ForeignKey(Tag, models.PROTECT, related_name="tag_merges_in")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=clock.now, editable=False)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint("tag", condition=Q(undone_at=None), name="one_standing_merge_of_a_tag"),
            models.CheckConstraint(condition=~Q(tag=F("into")), name="merge_of_two_tags"),
        ]

    @transaction.atomic
    def undo(self, *, by: Any) -> None:
        """They mean two things after all. Raises `UndoneAlready`."""
        by.must_be_able_to(Can.ARRANGE)
        if not TagMerge.objects.select_for_update().filter(pk=self.pk, undone_at=None).exists():
            raise UndoneAlready
        self.undone_by, self.undone_at = by, clock.now()
        self.save(update_fields=["undone_by", "undone_at"])
        _reflect_merges()


def _reflect_merges() -> None:
    """Each tag knows the last one it is merged into, over however many merges; there are few tags."""
    into = dict(TagMerge.objects.filter(undone_at=None).values_list("tag", "into"))
    changed = []
    for tag in Tag.objects.select_for_update().order_by("pk"):
        if (root := _root(tag.pk, into)) != tag.merged_into_id:
            tag.merged_into_id = root
            changed.append(tag)
    Tag.objects.bulk_update(changed, ["merged_into"])


def _root(pk: int, into: dict[int, int]) -> int | None:
    above = into.get(pk)
    while above in into:
        above = into[above]
    return above


def _known(kind: str) -> str:
    if kind not in TagKind.values:
        raise Invalid(_("A tag is of one of these kinds: {kinds}.").format(kinds=", ".join(TagKind.values)))
    return kind
