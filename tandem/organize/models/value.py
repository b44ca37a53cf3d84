from collections.abc import Iterable, Mapping
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.journey import ORDER, Stage
from tandem.cases.models import Case
from tandem.cases.privacy.erasing import SIGN, erase, erased, having
from tandem.cases.sentences import say
from tandem.cases.vocabulary import Answers, Word, family
from tandem.kit import clock
from tandem.kit.addresses import url
from tandem.kit.errors import Invalid, Refused
from tandem.organize import values
from tandem.organize.models.field import Field, FieldKind, around, spoken_as
from tandem.people.visibility import VisibleTo

FREE = (FieldKind.TEXT, FieldKind.LINK)
say("field.filled_in", gettext_lazy("{label}: {text}"), in_general=gettext_lazy("A field was filled in"))
say("field.emptied", gettext_lazy("{label}: nothing any more"), in_general=gettext_lazy("A field was emptied"))


class NoSuchField(Invalid):
    """There is no such field for this case."""


class FieldsMissing(Refused):
    """Some fields must be filled in first."""


class FieldValueQuerySet(VisibleTo):
    """For colleagues. Customers see what `for_customers` finds."""

    def standing(self) -> Self:
        return self.filter(replaced_at=None)

    def for_customers(self) -> Self:
        """Of fields that were for customers when it was said and are today: what was said among us stays among us."""
        shown = Field.objects.standing().filter(audience=Audience.CUSTOMER)
        return self.standing().filter(field__audience=Audience.CUSTOMER, key__in=shown.values("key"))

    def customers_share(self, actor: Any) -> Q:
        theirs = Q(case__participants__user=actor, case__participants__left_at=None)
        return theirs & Q(pk__in=FieldValue.objects.for_customers().values("pk"))


class FieldValueManager(models.Manager.from_queryset(FieldValueQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def fill_in(self, told: Mapping[str, Any], *, by: Any) -> list["FieldValue"]:
        """case.field_values.fill_in({"plan": "gold", "rows": 12}, by=sam): only what changed; nothing empties a field.

        Raises `NoSuchField`, `NotAValue`.
        """
        case = self.instance.lock()
        fields = {field.key: field for field in Field.objects.of_realm(case.realm)}
        if unknown := told.keys() - fields.keys():
            raise NoSuchField(_("There is no field “{key}” for this case.").format(key=sorted(unknown)[0]))
        before = {row.key: row for row in self.standing()}
        changed = [self._fill_in(fields[key], raw, before.get(key), by) for key, raw in told.items()]
        return [row for row in changed if row]

    def _fill_in(self, field: Field, raw: Any, before: "FieldValue | None", by: Any) -> "FieldValue | None":
        value = self._covered(field, values.read(field, raw))
        if (value and before and (value.value, field.pk) == (before.value, before.field_id)) or (
            value is before is None
        ):
            return None
        if before:
            self.filter(pk=before.pk).update(replaced_by=by, replaced_at=clock.now())
        if value is None:
            self.instance.record("field.emptied", by=by, key=field.key, label=field.label)
            return None
        row: FieldValue = self.create(
            field=field,
            key=field.key,
            value=value.value,
            text=value.text,
            words=[f"{field.key}={word}" for word in value.words],
            number=value.number,
            set_by=by,
        )
        self.instance.record("field.filled_in", by=by, key=field.key, label=field.label, text=str(row))
        return row

    def _covered(self, field: Field, value: values.Value | None) -> values.Value | None:
        """Without passwords, as everything that is written on a case."""
        if value is None or field.kind not in FREE:
            return value
        told = self.instance.secrets.cover({field.key: value.text})[field.key]
        return value if told == value.text else values.Value(told, told, ())


class FieldValue(models.Model):
    """What was said in a field, and under which version of it. Replaced it stays."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="field_values")
    field = models.ForeignKey(Field, models.PROTECT, related_name="values_of_field")
    key = models.CharField(max_length=40)
    value = models.JSONField()
    text = models.TextField()
    words = ArrayField(models.TextField(), help_text="As one asks for it: plan=gold.")
    number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=clock.now, editable=False)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    replaced_at = models.DateTimeField(null=True)

    objects = FieldValueManager()

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.UniqueConstraint("key", "case", condition=Q(replaced_at=None), name="one_standing_value_of_a_field"),
            models.CheckConstraint(
                condition=Q(replaced_by=None, replaced_at=None)
                | Q(replaced_by__isnull=False, replaced_at__isnull=False),
                name="a_value_is_replaced_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-set_at"], name="values_of_case"),
            models.Index(
                fields=["key", "number"],
                name="cases_by_a_number",
                condition=Q(replaced_at=None, number__isnull=False),
            ),
            models.Index("key", Lower("text"), name="cases_by_a_text", condition=Q(replaced_at=None)),
            GinIndex("words", name="cases_by_a_value", condition=Q(replaced_at=None)),
        ]

    def __str__(self) -> str:
        return values.said(self.field.kind, self.text)


@receiver(erased)
def _say_it_in_no_other_form(cases: list[int], text: str, **told: Any) -> None:
    """What is not written freely is kept in several: as it reads, as one asks for it, and as a number."""
    rows = list(having(FieldValue, cases, SIGN).exclude(field__kind__in=FREE).select_related("field"))
    others = _other_spellings(cases, text, rows)
    for row in rows:
        row.text, row.words, row.number = SIGN, [], None
        row.value = [SIGN] if row.field.kind == FieldKind.SEVERAL else SIGN
        row.save(update_fields=["text", "value", "words", "number"])
    for other in others:
        erase(Case.objects.filter(pk__in=cases), other)


def _other_spellings(cases: list[int], text: str, hit: Iterable[FieldValue]) -> set[str]:
    """A day is kept as 2026-01-31, and is 31 January 2026 where it is read, and in the history."""
    days = FieldValue.objects.filter(case__in=cases, field__kind=FieldKind.DATE).exclude(text__contains=SIGN)
    others = {row.text for row in days.select_related("field") if text in str(row)}
    if any(row.field.kind == FieldKind.DATE and row.words for row in hit):
        others.add(values.said(FieldKind.DATE, text))
    return others - {text}


@family("field.")
def words() -> dict[str, Word]:
    """Each field there is; of one that is not filled in, nothing is true."""
    return spoken_as(Field.objects.standing().order_by("place", "pk"), _said_in)


def _said_in(field: Field, case: Case) -> Any:
    said_as_it_is_now = case.field_values.standing().filter(key=field.key, field__kind=field.kind)
    return said_as_it_is_now.values_list("value", flat=True).first()


def standing(case: Case) -> dict[str, FieldValue]:
    """What was said last in each field, by key, under its version. One query."""
    return {row.key: row for row in case.field_values.standing().select_related("field", "set_by")}


def asked(
    case: Case, told: Mapping[str, FieldValue], typed: Mapping[str, values.Value | None] | None = None
) -> list[Field]:
    """The fields this case is asked, of its realm and by their conditions; `typed` is not kept yet.

    One query, and for whatever the conditions speak of or ask one more, however many do.
    """
    fields = list(Field.objects.standing().order_by("place", "pk"))
    kinds = {field.key: field.kind for field in fields}
    typed = typed or {}
    own = {key: row.value for key, row in told.items() if row.field.kind == kinds.get(key) and key not in typed}
    own |= {key: value.value for key, value in typed.items() if value}
    known = around(case, " ".join(field.applies_if for field in fields)) | own
    known |= {f"field.{key}": value for key, value in own.items()}
    here, answers = [field for field in fields if field.realm in ("", case.realm)], Answers([case])
    return [field for field in here if field.applies_to(case, known, kinds, answers)]


def missing(fields: Iterable[Field], told: Mapping[str, FieldValue], stage: str) -> list[Field]:
    """Those without which a case does not walk to this stage."""
    there = ORDER.index(Stage(stage))
    required = (field for field in fields if field.required_before)
    return [field for field in required if field.key not in told and ORDER.index(Stage(field.required_before)) <= there]


def must_be_filled_in(case: Case, stage: str) -> None:
    """Raises `FieldsMissing`, with the way to them."""
    if not Field.objects.standing().exclude(required_before="").exists():
        return
    told = standing(case)
    if lacking := missing(asked(case, told), told, stage):
        named = ", ".join(f"“{field.label}”" for field in lacking)
        said = _("Before this case becomes “{stage}”, fill in {fields}.").format(stage=Stage(stage).label, fields=named)
        refusal = FieldsMissing(said)
        refusal.way_on = (f"{url('case', case.number)}?open=field#panel-field", _("To the fields"))
        raise refusal
