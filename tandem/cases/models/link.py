from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tandem.cases.models.case import Case
from tandem.cases.models.holding import hold
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.text import readable
from tandem.people.visibility import VisibleTo

LONGEST = 500


class CannotLink(Refused):
    """Two different cases are linked, once. Remove their link first, if they belong together in another way."""


class UnknownKind(Invalid):
    """Cases are related, or one is caused by, a duplicate of, a follow-up of or a child of the other."""


class HasAParent(Refused):
    """This case has a parent already. Remove that link first."""


class WouldBeItsOwnParent(Refused):
    """That case is below this one already: a case cannot stand above itself."""


class RemovedAlready(Refused):
    """This link was removed already."""


class LinkKind(models.TextChoices):
    RELATED = "related", _("Related to")
    CAUSED_BY = "caused_by", _("Caused by")
    DUPLICATE_OF = "duplicate_of", _("Duplicate of")
    FOLLOW_UP_OF = "follow_up_of", _("Follow-up of")
    CHILD_OF = "child_of", _("Child of")


# As the other case says it.
SEEN_FROM_THE_OTHER: dict[str, str | Promise] = {
    LinkKind.RELATED: _("Related to"),
    LinkKind.CAUSED_BY: _("Cause of"),
    LinkKind.DUPLICATE_OF: _("Has the duplicate"),
    LinkKind.FOLLOW_UP_OF: _("Followed up by"),
    LinkKind.CHILD_OF: _("Parent of"),
}


class LinkQuerySet(VisibleTo):
    """For colleagues: whose the other case is, is nothing for customers."""

    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def to_parents(self) -> Self:
        return self.standing().filter(kind=LinkKind.CHILD_OF)

    def of(self, case: Case) -> Self:
        return self.filter(Q(case=case) | Q(other=case)).select_related("case", "other", "linked_by")


class LinkManager(models.Manager.from_queryset(LinkQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def link_to(self, other: Case, *, by: Any, kind: str = LinkKind.RELATED, why: str = "") -> "Link":
        """case.links.link_to(other, by=sam, kind=LinkKind.CAUSED_BY): both stay themselves, and each shows the other.

        Raises `CannotLink`, `UnknownKind`; of a child `HasAParent`, `WouldBeItsOwnParent`.
        """
        case = self.instance
        if kind not in LinkKind.values:
            raise UnknownKind
        hold(case, other)
        if case == other or Link.objects.standing().of(case).filter(Q(case=other) | Q(other=other)).exists():
            raise CannotLink
        if kind == LinkKind.CHILD_OF:
            self._must_fit_below(other)
        link = self.create(other=other, kind=kind, why=readable(why).strip()[:LONGEST], linked_by=by)
        link._record("linked", by=by)
        return link

    def _must_fit_below(self, parent: Case) -> None:
        """One parent each, and nobody above themselves; `hold` keeps others from changing that meanwhile."""
        case, above = self.instance, parent.pk
        if self.to_parents().exists():
            raise HasAParent
        while above:
            above = Link.objects.to_parents().filter(case=above).values_list("other", flat=True).first()
            if above == case.pk:
                raise WouldBeItsOwnParent


class Link(models.Model):
    """Two cases that belong together without being the same."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, models.PROTECT, related_name="links_from_others")
    kind = models.CharField(max_length=16, choices=LinkKind, default=LinkKind.RELATED)
    why = models.CharField(max_length=LONGEST, blank=True)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=clock.now, editable=False)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    removed_at = models.DateTimeField(null=True)

    objects = LinkManager()

    class Meta:
        ordering = ["-linked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Least("case", "other"),
                Greatest("case", "other"),
                condition=Q(removed_at=None),
                name="one_standing_link_of_two",
            ),
            models.UniqueConstraint("case", condition=Q(removed_at=None, kind="child_of"), name="one_standing_parent"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="link_of_two"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="link_kind_known"),
        ]

    def words_on(self, case: Case) -> str:
        """How the link reads on this of the two: “Caused by”, “Cause of”."""
        return str(LinkKind(self.kind).label if case.pk == self.case_id else SEEN_FROM_THE_OTHER[self.kind])

    def seen_from(self, case: Case) -> Case:
        return self.other if case.pk == self.case_id else self.case

    @transaction.atomic
    def remove(self, *, by: Any) -> None:
        """They do not belong together after all. Raises `RemovedAlready`."""
        hold(self.case, self.other)
        self.refresh_from_db(fields=["removed_at"])
        if self.removed_at:
            raise RemovedAlready
        self.removed_by, self.removed_at = by, clock.now()
        self.save(update_fields=["removed_by", "removed_at"])
        self._record("unlinked", by=by)

    def _record(self, past: str, *, by: Any) -> None:
        for case in (self.case, self.other):
            words = self.words_on(case)
            case.record(f"case.{past}", by=by, see=self.seen_from(case).number, words=words, link=self.pk, why=self.why)
