from difflib import get_close_matches
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.cases.vocabulary import speak
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.organize.models.tag import Tag, TagKind, tidy
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

say("tag.put_on", gettext_lazy("Tagged {name}"), in_general=gettext_lazy("A tag was put on"))
say("tag.taken_off", gettext_lazy("No longer tagged {name}"), in_general=gettext_lazy("A tag was taken off"))


speak(
    "case.tags",
    "several",
    gettext_lazy("the names of its tags"),
    lambda case: list(case.taggings.standing().named().values_list("name", flat=True)),
)


class UnknownTag(Invalid):
    """There is no such tag. A manager can make it."""


class TaggingQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def named(self) -> Self:
        """With `name` and `kind` of what the tag means by now, in order."""
        name, kind = Coalesce("tag__merged_into__name", "tag__name"), Coalesce("tag__merged_into__kind", "tag__kind")
        return self.annotate(name=name, kind=kind).order_by("name", "pk")


class TaggingManager(models.Manager.from_queryset(TaggingQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def put_on(self, name: str, *, by: Any) -> "Tagging | None":
        """case.taggings.put_on("data-loss", by=sam): a new tag, too, by who may make one. None if the case has it.

        Raises `NoName`, `UnknownTag`.
        """
        case = self.instance.lock()
        tag = self._tag(tidy(name), by)
        if self.standing().filter(tag__in=Tag.objects.meaning(tag.name)).exists():
            return None
        tagging: Tagging = self.create(tag=tag, tagged_by=by)
        case.record("tag.put_on", by=by, tag=tag.pk, name=tag.name)
        return tagging

    @transaction.atomic
    def take_off(self, name: str, *, by: Any) -> bool:
        """case.taggings.take_off("data-loss", by=sam): with all that mean the same; whether the case had it."""
        case = self.instance.lock()
        rows = self.standing().filter(tag__in=Tag.objects.meaning(tidy(name)))
        if taken := rows.update(removed_by=by, removed_at=clock.now()):
            case.record("tag.taken_off", by=by, name=tidy(name))
        return bool(taken)

    def _tag(self, name: str, by: Any) -> Tag:
        if tag := Tag.objects.meaning(name).standing().first():
            return tag
        if by.may(Can.ARRANGE):
            return Tag.objects.make(name, by=by, kind=TagKind.FREE)
        close = get_close_matches(name, Tag.objects.standing().values_list("name", flat=True), n=3, cutoff=0.6)
        meant = _("Did you mean {names}?").format(names=", ".join(f"“{one}”" for one in close)) if close else ""
        told = _("There is no tag “{name}”. {meant} A manager can make it.").format(name=name, meant=meant)
        raise UnknownTag(" ".join(told.split()))


class Tagging(models.Model):
    """A tag on a case. Taken off it stays, so that one sees who thought so and when."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="taggings")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="taggings_of_tag")
    tagged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    tagged_at = models.DateTimeField(default=clock.now, editable=False)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    removed_at = models.DateTimeField(null=True)

    objects = TaggingManager()

    class Meta:
        ordering = ["-tagged_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", "tag", condition=Q(removed_at=None), name="one_standing_tagging"),
            models.CheckConstraint(
                condition=Q(removed_by=None, removed_at=None) | Q(removed_by__isnull=False, removed_at__isnull=False),
                name="a_tag_is_taken_off_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["tag", "case"], name="cases_with_a_tag", condition=Q(removed_at=None))]
