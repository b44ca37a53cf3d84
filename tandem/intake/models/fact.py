from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience, readable_by
from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.intake import known, realms
from tandem.intake.models.read_together import ReadTogether
from tandem.intake.table import Table, table_of
from tandem.kit import clock
from tandem.kit.errors import Invalid

if TYPE_CHECKING:
    from tandem.intake.models import ReadBackLine

LONGEST = 500

say("case.placed", _("It happens in {environment}"))
say("fact.noted", _("{what}: {source}"), in_general=_("A fact was noted"))
say("fact.corrected", _("{what}: {source} anew"), in_general=_("A fact was corrected"))


class NotAFact(Invalid):
    """A fact has a name and a value of at most 500 characters; write the rest as a message."""


class NotTheirs(Invalid):
    """This environment belongs to another customer."""


class Source(models.TextChoices):
    TOLD = "told", _("told")
    MEASURED = "measured", _("measured")


class FactQuerySet(ReadTogether):
    def standing(self) -> Self:
        """What holds now; the others are its history."""
        return self.filter(superseded_at=None)

    def newest(self) -> Self:
        """Of each source its newest word on each fact: of two merged cases, both may have one."""
        return self.order_by("key", "source", "-noted_at", "-pk").distinct("key", "source")

    def colleagues_share(self, actor: Any) -> Self:
        return self.filter(audience__in=readable_by(actor))


class FactManager(models.Manager.from_queryset(FactQuerySet)):  # type: ignore[misc]
    def known(self) -> FactQuerySet:
        """case.facts.known(): what holds now, here or on what is merged into the case."""
        return self.model.objects.of(self.instance).standing().newest()

    def note(self, key: str, value: str, *, by: Any, source: str = Source.TOLD, label: str | None = None) -> "Fact":
        """case.facts.note("version", "4.1", by=sam): a customer's word unless `source` says we measured it.

        Replaces what the same source said before, and keeps that as history. Raises `NotAFact`.
        """
        self._note({key: value}, by=by, source=source, label=label)
        return self.known().get(key=key, source=source)

    @transaction.atomic
    def measure(self, *, by: Any = None, environment: Any = None) -> None:
        """case.facts.measure(): note what the account and the environment say now.

        `environment` is where it happens, if that is known only now. Raises `NotTheirs`.
        """
        case = self.instance.lock()
        if environment and environment.account_id != case.account_id:
            raise NotTheirs
        values = known.measured(case)
        if environment and environment.pk != case.environment_id:
            case.reflect(environment=environment)
            case.record("case.placed", by=by, environment=environment.name)
            values = known.measured(case)
            elsewhere = self.standing().filter(source=Source.MEASURED, key__in=known.KNOWN.keys() - values.keys())
            elsewhere.update(superseded_at=clock.now())
        self._note(values, by=by, source=Source.MEASURED)

    def take(self, values: Mapping[str, str], *, collection: Any) -> None:
        """case.facts.take({"plan": "gold"}, collection=asked): what a system of ours says, measured by it."""
        fresh = {key: _tidy(value)[:LONGEST] for key, value in values.items()}
        self._note(
            {key: value for key, value in fresh.items() if value}, by=None, source=Source.MEASURED, via=collection
        )

    def hear(self, told: Mapping[str, str], *, by: Any) -> None:
        """case.facts.hear({"version": "4.1"}, by=ana): several facts a customer told at once, as in a form.

        What is empty is left out; what is too long for a fact is cut, its whole stands with the submission.
        """
        values = {key: _tidy(value)[:LONGEST] for key, value in told.items()}
        self._note({key: value for key, value in values.items() if value}, by=by, source=Source.TOLD)

    def table(self, verdicts: "Mapping[str, ReadBackLine] | None" = None) -> Table:
        """Told beside measured, contradictions said in a sentence, and what is still missing.

        Two queries; one if `verdicts`, what the customer said in read-backs, is known already.
        """
        case = self.instance
        facts = self.known().select_related("noted_by", "collection__collector")
        words = case.readbacks.verdicts() if verdicts is None else verdicts
        return table_of(realms.lines(case.realm), facts, words)

    @transaction.atomic
    def _note(
        self, values: Mapping[str, str], *, by: Any, source: str, label: str | None = None, via: Any = None
    ) -> None:
        case = self.instance.lock()
        before = {fact.key: fact for fact in self.known().filter(source=source, key__in=[*values])}
        fresh = self._covered({key: _tidy(value) for key, value in values.items()})
        fresh = {key: value for key, value in fresh.items() if key not in before or before[key].value != value}
        self.standing().filter(source=source, key__in=[*fresh]).update(superseded_at=clock.now())
        facts = self.bulk_create(_fact(case, key, value, source, by, label, via) for key, value in fresh.items())
        _record(case, "fact.noted", [fact for fact in facts if fact.key not in before])
        _record(case, "fact.corrected", [fact for fact in facts if fact.key in before])
        if source == Source.TOLD and facts:
            case.questions.become_moot([*fresh], by=by)
            case.collections.ask_about({fact.key: fact.label for fact in facts}, corrected={*before} & {*fresh})

    def _covered(self, values: Mapping[str, str]) -> dict[str, str]:
        """What is hidden may need more words than it had, so what was a fact is cut to stay one."""
        told = self.instance.secrets.cover(values)
        return {key: text[: max(LONGEST, len(values[key]))] for key, text in told.items()}


def _record(case: Case, verb: str, facts: "list[Fact]") -> None:
    """One line for all that was noted at once; `values` by key, for whoever listens."""
    if facts:
        what = ", ".join(fact.label for fact in facts)
        values = {fact.key: fact.value for fact in facts}
        case.record(verb, by=facts[0].noted_by, source=facts[0].source, what=what, values=values)


def _tidy(value: str) -> str:
    return " ".join(value.replace("\x00", "").split())


def _fact(case: Case, key: str, value: str, source: str, by: Any, label: str | None, via: Any) -> "Fact":
    line = realms.line(case.realm, key)
    label = label or (str(line.label) if line else key.replace("_", " ").capitalize())
    if not value or len(value) > LONGEST or not 0 < len(label) <= 80 or len(key) > 40:
        raise NotAFact
    # What a customer told may be told to them; what we measured only if its line says so.
    unknown = Audience.CUSTOMER if source == Source.TOLD else Audience.SUPPORT
    audience = line.audience if line else unknown
    return Fact(
        case=case, key=key, label=label, value=value, source=source, noted_by=by, audience=audience, collection=via
    )


class Fact(models.Model):
    """A named value on a case, with its source. A newer word of the same source supersedes it; nothing is lost."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="facts")
    key = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    value = models.CharField(max_length=LONGEST)
    source = models.CharField(max_length=16, choices=Source)
    audience = models.CharField(max_length=16, choices=Audience)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    collection = models.ForeignKey("intake.Collection", models.PROTECT, related_name="+", null=True, db_index=False)
    noted_at = models.DateTimeField(default=clock.now, editable=False)
    superseded_at = models.DateTimeField(null=True)

    objects = FactManager()

    class Meta:
        ordering = ["noted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "case", "key", "source", condition=Q(superseded_at=None), name="one_standing_fact_per_source"
            ),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="fact_source_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="fact_audience_known"),
            models.CheckConstraint(condition=~Q(value=""), name="fact_has_a_value"),
        ]
