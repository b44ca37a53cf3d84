from datetime import timedelta
from time import monotonic
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tandem.automate import acting
from tandem.automate.models.run import NOT_DONE, Run
from tandem.automate.models.step import RunStep
from tandem.automate.models.version import RuleVersion
from tandem.automate.waiting import WAITINGS, when_says
from tandem.automate.writing import checked_condition, checked_when
from tandem.cases.acts.fields import span as length
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.later import later
from tandem.kit.text import one_line
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

# What a rule may do to one case within an hour, and how often in a row it may fail, before it stops by itself.
MOST_AN_HOUR, MOST_FAILURES = 10, 5
REMEMBERED = 5  # seconds a process knows which verbs the rules want


class RuleNameTaken(Invalid):
    """There is a rule of this name already."""


class IsOff(Refused):
    """This rule is switched off already."""


class ChangedMeanwhile(Refused):
    """It was changed since you looked. Read what is there now, then switch it on."""


class NeverRehearsed(Refused):
    """Nobody has rehearsed this version. Rehearse it first, or say that it is to run without."""


class BeingRehearsed(NeverRehearsed):
    """A rehearsal of this version is under way. Wait for what it finds, or say that it is to run without."""


class RuleQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(retired_at=None)

    def on(self) -> Self:
        return self.standing().exclude(switched_on_at=None)

    def in_order(self) -> Self:
        return self.order_by("place", "pk")

    def with_waiting(self) -> Self:
        """With `has_waiting`: a version is written that is not switched to yet."""
        newer = RuleVersion.objects.filter(rule=OuterRef("pk"), number__gt=OuterRef("version"))
        return self.annotate(has_waiting=Exists(newer))


class RuleManager(models.Manager.from_queryset(RuleQuerySet)):  # type: ignore[misc]
    _wanted: tuple[float, frozenset[str]] | None = None

    def write(self, *, by: Any, **told: Any) -> "Rule":
        """Rule.objects.write(name="…", when="message.received", condition="case.priority == 1", acts=[…], by=max): off yet."""
        rule: Rule = self.model()
        rule.change(by=by, **told)
        return rule

    def wanted(self) -> frozenset[str]:
        """The verbs that rules which are on wait for, as of at most five seconds ago: asked at every line of a ledger."""
        held = RuleManager._wanted
        if held is None or monotonic() - held[0] > REMEMBERED:
            verbs = frozenset(self.on().values_list("when", flat=True)) - WAITINGS.keys()
            held = RuleManager._wanted = (monotonic(), verbs)
        return held[1]

    @staticmethod
    def forget() -> None:
        RuleManager._wanted = None


class Rule(models.Model):
    """When something happens or a time passes, and a condition holds, then acts. Each change is a version that stays.

    Its columns are those of `version`, the current one. A rule that is on, or stopped by itself, waits with what it
    would do otherwise for `switch_on`; one that was switched off is as it was written last. Whoever switched it on
    stands for what it does, with the rights they have when it is done.
    """

    name = models.CharField(max_length=80)
    when = models.CharField(max_length=60)
    span = models.CharField(max_length=8, blank=True)
    condition = models.CharField(max_length=500, blank=True)
    acts = models.JSONField()
    place = models.PositiveSmallIntegerField(default=100)
    version = models.PositiveIntegerField(default=0)
    switched_on_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    switched_on_at = models.DateTimeField(null=True)
    looked_until = models.DateTimeField(null=True)
    paused_because = models.CharField(max_length=300, blank=True)
    retired_at = models.DateTimeField(null=True)

    objects = RuleManager()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint("name", condition=Q(retired_at=None), name="one_rule_of_a_name"),
            models.CheckConstraint(
                condition=Q(switched_on_at=None) | Q(switched_on_by__isnull=False), name="rule_switched_on_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(switched_on_at=None) | Q(paused_because=""), name="rule_is_on_or_paused"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.switched_on_at is not None

    @property
    def waits(self) -> bool:
        """Whether it is about a time that passes."""
        return self.when in WAITINGS

    @property
    def when_says(self) -> str:
        return when_says(self.when, self.span)

    @property
    def length(self) -> timedelta:
        return length(self.span)

    @property
    def current(self) -> RuleVersion:
        found: RuleVersion = self.versions.get(number=self.version)
        return found

    @property
    def newest(self) -> RuleVersion:
        """The current one, or the one that waits to be switched to."""
        found: RuleVersion = self.versions.all()[0]
        return found

    @transaction.atomic
    def change(
        self,
        *,
        name: str,
        when: str,
        acts: Any,
        by: Any,
        span: str = "",
        condition: str = "",
        place: int = 100,
        because: str = "",
    ) -> None:
        """A new version; what a rule that is on or stopped would do otherwise waits. Raises `RuleNameTaken`, `NotWritten`, `Invalid`."""
        by.must_be_able_to(Can.AUTOMATE)
        self._hold()
        name = one_line(name, most=80)
        if not name:
            raise Invalid(_("A rule needs a name."))
        if Rule.objects.standing().filter(name=name).exclude(pk=self.pk).exists():
            raise RuleNameTaken
        when, span = checked_when(when, span)
        acts, condition = acting.checked(acts, by=by), checked_condition(condition)
        self.name, self.place = name, place
        told = {"when": when, "span": span, "condition": condition, "acts": acts}
        self._write(told, by=by, because=one_line(because, most=200))

    def _write(self, told: dict[str, Any], *, by: Any, because: str) -> None:
        number = self.newest.number + 1 if self.pk else 1
        version = RuleVersion(number=number, name=self.name, **told, changed_by=by, because=because)
        if not (self.is_on or self.paused_because) or version.does_the_same_as(self):
            self._take(version)
        self.save()
        version.rule = self
        version.save()
        self._let_know()

    def _take(self, version: RuleVersion) -> None:
        self.version = version.number
        for word in RuleVersion.DOES:
            setattr(self, word, getattr(version, word))

    def use_again(self, number: int, *, by: Any) -> None:
        """What a former version did is written once more. Raises as `change` does, and `RuleVersion.DoesNotExist`."""
        former = self.versions.get(number=number)
        told = {word: getattr(former, word) for word in RuleVersion.DOES}
        because = _("As in version {n}").format(n=number)
        self.change(name=self.name, place=self.place, **told, because=because, by=by)

    @transaction.atomic
    def switch_on(self, *, by: Any, version: int | None = None, unrehearsed: bool = True) -> None:
        """From now on, as it was written last; whoever does it stands for what it does.

        With the `version` one has looked at, no other. Raises `ChangedMeanwhile`, `NeverRehearsed`.
        """
        by.must_be_able_to(Can.AUTOMATE)
        self._hold()
        newest = self.newest
        if version not in (None, newest.number):
            raise ChangedMeanwhile
        if not unrehearsed and not newest.is_rehearsed:
            raise BeingRehearsed if newest.is_being_rehearsed else NeverRehearsed
        self._take(newest)
        self.switched_on_by, self.switched_on_at, self.looked_until = by, clock.now(), clock.now()
        self.paused_because = ""
        self.save()
        self._let_know()

    def _hold(self) -> None:
        """Nobody else changes it, switches it or has it pause until this is done; and it is known as it is now."""
        if self.pk:
            self.refresh_from_db(from_queryset=Rule.objects.select_for_update(of=("self",)))

    @transaction.atomic
    def switch_off(self, *, by: Any) -> None:
        by.must_be_able_to(Can.AUTOMATE)
        self._hold()
        if not self.is_on:
            raise IsOff
        self._take(self.newest)
        self._end()

    @transaction.atomic
    def pause(self, because: str) -> None:
        """It stops by itself, as it ran, and whoever switched it on hears why."""
        self._hold()
        if not self.is_on:
            return
        self._end(because[:300])
        later("automate.tell_paused", rule_id=self.pk)

    def _end(self, because: str = "") -> None:
        self.switched_on_at, self.paused_because = None, because
        self.save()
        self._let_know()

    def retire(self, *, by: Any) -> None:
        by.must_be_able_to(Can.AUTOMATE)
        self.switched_on_at, self.retired_at = None, clock.now()
        self.save(update_fields=["switched_on_at", "retired_at"])
        self._let_know()

    def look_back(self) -> None:
        """Pause it if all it did of late failed."""
        last = list(self._runs().order_by("-pk").values_list("pk", flat=True)[:MOST_FAILURES])
        failed = RunStep.objects.filter(run__in=last, outcome__in=NOT_DONE).values("run").distinct().count()
        if len(last) == failed == MOST_FAILURES:
            self.pause(_("It failed {n} times in a row.").format(n=MOST_FAILURES))

    def is_too_busy_with(self, case: Any) -> bool:
        recent = self._runs().filter(begun_at__gt=clock.now() - timedelta(hours=1), steps__case=case)
        return bool(recent.distinct().count() >= MOST_AN_HOUR)

    def _runs(self) -> Any:
        """Since it was switched on, so of versions that all do the same."""
        return Run.objects.filter(rule_version__rule=self, begun_at__gte=self.switched_on_at or clock.now())

    @staticmethod
    def _let_know() -> None:
        Rule.objects.forget()
        transaction.on_commit(Rule.objects.forget)
