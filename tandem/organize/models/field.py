import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases import vocabulary
from tandem.cases.audience import Audience
from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.cases.vocabulary import VOCABULARY, Answers, Word, kinds, known
from tandem.kit import clock, conditions
from tandem.kit.errors import Invalid
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

LONGEST_KEY, LONGEST, MOST_CHOICES, MOST = 40, 80, 60, 200
AROUND = {"realm": "text", "stage": "text", "tier": "text"}
"""What conditions spoke of before there was one vocabulary; these names go on."""


class NotAField(Invalid):
    """That is not a field yet."""


class FieldKind(models.TextChoices):
    TEXT = "text", gettext_lazy("text")
    NUMBER = "number", gettext_lazy("number")
    DATE = "date", gettext_lazy("date")
    CHOICE = "choice", gettext_lazy("one of several")
    SEVERAL = "several", gettext_lazy("some of several")
    PERSON = "person", gettext_lazy("one of us")
    YES_NO = "yes_no", gettext_lazy("yes or no")
    LINK = "link", gettext_lazy("link")


CHOOSING = {FieldKind.CHOICE, FieldKind.SEVERAL}
READERS = [(Audience.SUPPORT, gettext_lazy("Us alone")), (Audience.CUSTOMER, gettext_lazy("The customer, too"))]


class FieldQuerySet(VisibleTo):
    """For colleagues. What customers read of a field is written separately: `shown_to_customers`."""

    def standing(self) -> Self:
        return self.filter(replaced_at=None)

    def of_realm(self, realm: str) -> Self:
        return self.standing().filter(realm__in=["", realm]).order_by("place", "pk")


class FieldManager(models.Manager.from_queryset(FieldQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def write(self, key: str, *, by: Any, **told: Any) -> "Field":
        """Field.objects.write("plan", by=max, label="Plan", kind="choice", choices=["gold", "silver"]): from now on it is this.

        What was said under an earlier version stays as it was read. Raises `NotAField`.
        """
        by.must_be_able_to(Can.ARRANGE)
        before = self.select_for_update().filter(key=key).order_by("-version").first()
        field: Field = self.model(key=key, version=before.version + 1 if before else 1, written_by=by, **told)
        field.must_be_one(self.kinds_beside(key))
        field.place = before.place if before else (self.standing().aggregate(last=Max("place"))["last"] or 0) + 1
        if before and not before.replaced_at:
            before.note_replaced(by=by)
        field.save()
        return field

    @transaction.atomic
    def arrange(self, keys: list[str], *, by: Any) -> None:
        """In this order on every case; those not named come last."""
        by.must_be_able_to(Can.ARRANGE)
        standing = list(self.standing().select_for_update().order_by("place", "pk"))
        standing.sort(key=lambda field: keys.index(field.key) if field.key in keys else len(keys))
        for place, field in enumerate(standing, 1):
            field.place = place
        self.bulk_update(standing, ["place"])

    def kinds_beside(self, key: str) -> dict[str, str]:
        return dict(self.standing().exclude(key=key).values_list("key", "kind"))


class Field(models.Model):
    """One version of what can be said of a case in a field of our own. A version is never changed."""

    key = models.CharField(max_length=LONGEST_KEY)
    version = models.PositiveIntegerField()
    label = models.CharField(max_length=LONGEST)
    hint = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=FieldKind)
    choices = ArrayField(models.CharField(max_length=LONGEST), default=list, blank=True)
    realm = models.SlugField(max_length=40, blank=True, help_text="Of which part of the product; empty: of all.")
    applies_if = models.CharField(max_length=conditions.LONGEST, blank=True)
    required_before = models.CharField(max_length=16, choices=Stage, blank=True)
    audience = models.CharField(max_length=16, choices=READERS, default=Audience.SUPPORT)
    place = models.PositiveIntegerField(default=0)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now, editable=False)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    replaced_at = models.DateTimeField(null=True)

    objects = FieldManager()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint("key", "version", name="one_version_of_a_field"),
            models.UniqueConstraint("key", condition=Q(replaced_at=None), name="one_standing_version_of_a_field"),
            models.CheckConstraint(condition=Q(kind__in=FieldKind.values), name="field_kind_known"),
            models.CheckConstraint(
                condition=Q(audience__in=[Audience.SUPPORT, Audience.CUSTOMER]), name="field_audience_known"
            ),
            models.CheckConstraint(condition=Q(required_before__in=["", *Stage.values]), name="field_stage_known"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def values(self) -> tuple[str, ...]:
        """Those one may choose from, as conditions say them."""
        return ("true", "false") if self.kind == FieldKind.YES_NO else tuple(self.choices)

    def retire(self, *, by: Any) -> None:
        """Nobody fills it in any more; what was said stays."""
        by.must_be_able_to(Can.ARRANGE)
        self.note_replaced(by=by)

    def note_replaced(self, *, by: Any) -> None:
        self.replaced_by, self.replaced_at = by, clock.now()
        self.save(update_fields=["replaced_by", "replaced_at"])

    def applies_to(self, case: Case, told: dict[str, Any], others: dict[str, str], answers: Answers) -> bool:
        """Whether it is asked on a case of which this is known (see `around`); `others` are the kinds of all fields, by key."""
        return answers.fulfil(vocabulary.kept(self.applies_if, _speakable(others, self.key)), case, told)

    def must_be_one(self, others: dict[str, str]) -> None:
        """Raises `NotAField`, with all that is wrong."""
        wrong = [sentence for sentence in self._wrong(others) if sentence]
        if wrong:
            raise NotAField(" ".join(wrong))

    def _wrong(self, others: dict[str, str]) -> list[str]:
        is_named = re.fullmatch(r"[a-z][a-z0-9_]*", self.key) and len(self.key) <= LONGEST_KEY
        repeated = len({one.lower() for one in self.choices}) < len(self.choices)
        return [
            ""
            if is_named
            else _("A key begins with a small letter and has small letters, digits and _, as root_cause."),
            _("“{key}” is a word of conditions already.").format(key=self.key) if self.key in AROUND else "",
            "" if self.label.strip() else _("Say what it is called."),
            "" if self.kind in FieldKind.values else _("Say of which kind it is."),
            _("Say what one may choose from, a choice on each line.") if self._lacks_choices() else "",
            _("A choice stands there once.") if repeated or len(self.choices) > MOST_CHOICES else "",
            _("A choice has no comma.") if any("," in one for one in self.choices) else "",
            "" if self.required_before in ["", *Stage.values] else _("A case has no such stage."),
            "" if self.audience in dict(READERS) else _("It is read by us alone or by the customer, too."),
            conditions.wrong_with(self.applies_if, partial(understood_beside, others=others, key=self.key)),
        ]

    def _lacks_choices(self) -> bool:
        return self.kind in CHOOSING and not self.choices


def understood(source: str, *, key: str = "") -> conditions.Condition:
    """The condition of the field with this key; without one, of any. Raises `conditions.Wrong`."""
    return understood_beside(source, Field.objects.kinds_beside(key), key=key)


def understood_beside(source: str, others: dict[str, str], *, key: str) -> conditions.Condition:
    return vocabulary.understood(source, _speakable(others, key))


def wrong_by_now(fields: Iterable[Field]) -> list[str]:
    """Of each what is wrong by now with the condition under which it is asked. One query, and for what they ask."""
    return vocabulary.wrong_by_now(
        (field.applies_if for field in fields), _speakable(Field.objects.kinds_beside(""), "")
    )


def _speakable(others: dict[str, str], key: str) -> dict[str, str]:
    """Other fields by key, or as field.key; and what every condition may speak of."""
    beside = {name: kind for name, kind in sorted(others.items()) if name != key}
    return AROUND | kinds(VOCABULARY) | beside | {f"field.{name}": kind for name, kind in beside.items()}


def spoken_as(fields: Iterable[Field], said_in: Callable[[Field, Case], Any]) -> dict[str, Word]:
    return {
        f"field.{field.key}": Word(field.kind, field.label, partial(said_in, field), field.values) for field in fields
    }


def words(others: Iterable[Field]) -> dict[str, Word]:
    """What a condition may speak of, for who writes one beside these fields."""
    return spoken_as(others, lambda field, case: None) | VOCABULARY


def around(case: Case, spoken_of: str) -> dict[str, Any]:
    """What these conditions may know of the case itself."""
    tier = case.account.tier if case.account else ""
    return {"realm": case.realm, "stage": case.stage, "tier": tier} | known(case, VOCABULARY, spoken_of)
