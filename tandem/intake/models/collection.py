import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.intake import asking, known, ourselves
from tandem.intake.models.collector import Collector
from tandem.intake.models.hold import Hold
from tandem.intake.models.read_together import ReadTogether
from tandem.kit import clock, live
from tandem.kit.errors import Refused
from tandem.kit.later import later
from tandem.kit.say import moment
from tandem.people.roles import Can

say("collection.found", gettext_lazy("{name} was asked and knew: {what}"))
say("collection.failed", gettext_lazy("{name} could not be asked: {why}"))
say("collection.left_out", gettext_lazy("{name} was not asked: {why}"))


class Collected(models.TextChoices):
    WAITING = "waiting", gettext_lazy("being asked")
    FOUND = "found", gettext_lazy("answered")
    FAILED = "failed", gettext_lazy("could not be asked")
    LEFT_OUT = "left_out", gettext_lazy("not asked")


class CollectionQuerySet(ReadTogether):
    def waiting(self) -> Self:
        return self.filter(state=Collected.WAITING)

    def real(self) -> Self:
        """Of the everyday: neither a trial nor a snapshot."""
        return self.filter(is_trial=False, hold=None)

    def of_each(self) -> Self:
        """The newest of each collector, with the collector."""
        newest = self.real().order_by("collector_id", "-asked_at", "-pk").distinct("collector_id")
        return newest.select_related("collector")


class CollectionManager(models.Manager.from_queryset(CollectionQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> CollectionQuerySet:
        return super().get_queryset().defer("kept")

    @transaction.atomic
    def begin(
        self, *, by: Any = None, only: Iterable[Collector] | None = None, because: str = "", anew: bool = False
    ) -> "list[Collection]":
        """case.collections.begin(): have every collector for this case asked by a worker, or `only` these.

        `because` says why it is asked again; `anew` leaves no answer from before. One that is being asked is left alone.
        """
        case = self.instance.lock()
        busy = set(self.real().waiting().values_list("collector", flat=True))
        chosen = Collector.objects.on().for_realm(case.realm) if only is None else only
        rows = [
            Collection(case=case, collector=collector, asked_by=by, because=because[:200], anew=anew)
            for collector in chosen
            if collector.pk not in busy
        ]
        for row in self.bulk_create(rows):
            row.ask_a_worker()
        if rows:
            live.announce(f"case:{case.pk}", "collection", audience=Audience.SUPPORT)
        return rows

    @transaction.atomic
    def try_out(self, collector: Collector, *, by: Any) -> "Collection":
        """case.collections.try_out(billing, by=ada): see what it would note; nothing is."""
        by.must_be_able_to(Can.ADMINISTER)
        trial = self.create(collector=collector, asked_by=by, anew=True, is_trial=True)
        trial.ask_a_worker()
        return trial

    def snapshot(self, hold: Any, *, by: Any) -> None:
        """Have all that can be seen of the case saved while they hold still: what we know ourselves, and every collector."""
        case = self.instance
        collectors = [None, *Collector.objects.on().for_realm(case.realm)]
        rows = [Collection(case=case, collector=one, asked_by=by, hold=hold, anew=True) for one in collectors]
        for row in self.bulk_create(rows):
            row.ask_a_worker()

    def missing(self) -> "list[Collector]":
        """Collectors for this case that were never asked about it: its realm is known only now."""
        case = self.instance
        return list(Collector.objects.on().for_realm(case.realm).exclude(pk__in=self.real().values("collector")))

    def ask_about(self, told: Mapping[str, str], *, corrected: set[str]) -> None:
        """Facts (labels by key) were told: ask those again whose address is made of them, or who measured what was wrong."""
        asked = Collector.objects.on().filter(pk__in=self.real().values("collector"))
        if again := [collector for collector in asked if collector.depends_on(set(told), corrected)]:
            what = ", ".join(told.values())
            self.begin(only=again, because=_("{what} was told anew").format(what=what), anew=True)

    def answered_lately(self, collector: Collector, about: str) -> "Collection | None":
        """An answer about the same that still holds, given for whichever case."""
        since = clock.now() - timedelta(seconds=collector.cache_seconds)
        rows = Collection.objects.filter(collector=collector, about=about, state=Collected.FOUND, ended_at__gt=since)
        return rows.order_by("-ended_at").first() if collector.cache_seconds else None


class Collection(models.Model):
    """A system was asked about a case: what it knew, or why it could not be asked. It never stands in the way."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="collections")
    collector = models.ForeignKey(
        Collector, models.PROTECT, related_name="collections", null=True, help_text=gettext_lazy("Nobody: ourselves.")
    )
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="looks", null=True)
    because = models.CharField(max_length=200, blank=True)
    anew = models.BooleanField(default=False)
    is_trial = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=Collected, default=Collected.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(null=True)
    found = models.JSONField(default=dict)
    why = models.CharField(max_length=300, blank=True)
    about = models.CharField(max_length=64, blank=True, help_text=gettext_lazy("A fingerprint of the address."))
    digest = models.CharField(max_length=64, blank=True, help_text=gettext_lazy("SHA-256 of the answer as it came."))
    kept = models.BinaryField(default=b"", help_text=gettext_lazy("The answer as it came, of a snapshot."))

    objects = CollectionManager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=Collected.values), name="collection_state_known"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="collection_waits_or_ended",
            ),
            models.CheckConstraint(
                condition=Q(collector__isnull=False) | Q(hold__isnull=False), name="collection_asks_somebody"
            ),
            models.UniqueConstraint(
                "case",
                "collector",
                condition=Q(state="waiting", is_trial=False, hold=None),
                name="one_waiting_collection_per_collector",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "collector", "-asked_at"], name="collections_of_case"),
            models.Index(fields=["collector", "about", "-ended_at"], name="collections_answered"),
        ]

    @property
    def name(self) -> str:
        return self.collector.name if self.collector else _("What we know ourselves")

    @property
    def is_waiting(self) -> bool:
        return self.state == Collected.WAITING

    def ask_a_worker(self) -> None:
        later("intake.collect", collection_id=self.pk)

    def run(self) -> None:
        """Ask, outside of any transaction, and keep what came of it. Running it twice asks once."""
        if not self.is_waiting:
            return
        try:
            self._ask() if self.collector else self._look_at_ourselves()
        except asking.NotKnown as unknown:
            self._end(Collected.LEFT_OUT, why=unknown.sentence)
        except Refused as refusal:
            if self.collector and not self.is_trial:
                self.collector.failed()
            self._end(Collected.FAILED, why=refusal.sentence)

    def _look_at_ourselves(self) -> None:
        self._keep(ourselves.seen(self.case))
        self._end(Collected.FOUND, found=known.measured(self.case))

    def _ask(self) -> None:
        assert self.collector  # else we look at ourselves
        url = asking.filled_in(self.collector.url, self.case)
        self.about = _fingerprint(url)
        before = None if self.anew else self.case.collections.answered_lately(self.collector, self.about)
        if before:
            self.digest = before.digest
            return self._end(Collected.FOUND, found=before.found)
        if self.collector.rests and not self.is_trial:
            until = moment(self.collector.rests_until)
            return self._end(
                Collected.LEFT_OUT, why=_("It failed several times and rests until {at}.").format(at=until)
            )
        began = clock.real()
        found, body = self.collector.ask(url)
        self.took_ms = int((clock.real() - began).total_seconds() * 1000)
        self._keep(body)
        self.collector.worked()
        return self._end(Collected.FOUND, found=dict(found))

    def _keep(self, body: bytes) -> None:
        self.digest = hashlib.sha256(body).hexdigest()
        if self.hold_id:
            self.kept = body

    @transaction.atomic
    def _end(self, state: str, *, found: dict[str, str] | None = None, why: str = "") -> None:
        self.case.lock()
        if not Collection.objects.waiting().filter(pk=self.pk).exists():
            return
        if changed := self._is_about_something_else():
            state, found = Collected.LEFT_OUT, {}
            why = _("What it was asked about changed meanwhile, so it is asked again.")
        found = self.case.secrets.cover(found or {})
        self.state, self.found, self.why, self.ended_at = state, found, why[:300], clock.now()
        self.save()
        if self.is_trial:
            live.announce("collectors", "collection", audience=Audience.SUPPORT)
        else:
            self._note()
        if changed and self.collector:
            self.case.collections.begin(only=[self.collector], because=_("what it is asked about changed"), anew=True)

    def _is_about_something_else(self) -> bool:
        """Whether a fact was told or corrected since, so that another address would be asked by now."""
        if not self.collector or self.is_trial or self.hold_id:
            return False
        try:
            return self.about != _fingerprint(asking.filled_in(self.collector.url, self.case))
        except asking.NotKnown:
            return bool(self.about)

    def _note(self) -> None:
        self.case.facts.take(self.found, collection=self)
        told = {"name": self.name, "what": ", ".join(self.found) or _("nothing"), "why": self.why}
        self.case.record(f"collection.{self.state}", collection=self.pk, collector=self.collector_id, **told)


def _fingerprint(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()
