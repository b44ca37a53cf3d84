from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.clocks import rules
from tandem.clocks.models.calendar import Calendar, NameTaken, hours_of
from tandem.clocks.terms import CHOSEN_OF_CASE, CHOSEN_OF_TEAM, OF_CASE, OF_TEAM, Agreement
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.kit.later import later
from tandem.people.models import Team
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.triage.priority import Priority

PRIORITIES = (0, *Priority.values)
Targets = Mapping[str, Mapping[int, int]]


class Of(models.TextChoices):
    CASE = "case", gettext_lazy("The customer: answers and the resolution")
    TEAM = "team", gettext_lazy("An engineering team: accepting and handing back")


class PolicyQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(retired_at=None).order_by("of", "position", "pk")

    def with_versions(self) -> list[tuple["Policy", "PolicyVersion"]]:
        """Each with its current version. Two queries."""
        policies: list[Any] = list(self.select_related("team"))
        current = PolicyVersion.objects.current().filter(policy__in=policies)
        versions = {version.policy_id: version for version in current}
        return [(policy, versions[policy.pk]) for policy in policies]


class PolicyManager(models.Manager.from_queryset(PolicyQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def write(self, *, name: str, of: str, by: Any, team: Team | None = None, **terms: Any) -> "Policy":
        """Policy.objects.write(name="Enterprise", of=Of.CASE, rule=…, calendar=…, targets=…, by=max); see `publish`.

        Stands behind those there are. Raises `Invalid`.
        """
        by.must_be_able_to(Can.AGREE)
        last = self.standing().filter(of=of).aggregate(last=Max("position"))["last"] or 0
        policy: Policy = self.model(of=of, team=team if of == Of.TEAM else None, position=last + 1)
        policy.call(name)
        policy.publish(by=by, **terms)
        return policy


class Policy(models.Model):
    """What is agreed for some cases: the first whose rule is true of a case, by position, holds for it."""

    name = models.CharField(max_length=80)
    of = models.CharField(max_length=8, choices=Of)
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="policies_of_team", null=True, help_text=gettext_lazy("None is any team.")
    )
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True)

    objects = PolicyManager()

    class Meta:
        ordering = ["of", "position", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("name"), condition=Q(retired_at=None), name="one_policy_per_name"),
            models.CheckConstraint(condition=Q(of__in=Of.values), name="policy_of_case_or_team"),
            models.CheckConstraint(condition=Q(team=None) | Q(of=Of.TEAM), name="policy_of_a_team_names_it"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kinds(self) -> tuple[str, ...]:
        return OF_CASE if self.of == Of.CASE else OF_TEAM

    @property
    def reasons(self) -> tuple[str, ...]:
        return CHOSEN_OF_CASE if self.of == Of.CASE else CHOSEN_OF_TEAM

    @property
    def current(self) -> "PolicyVersion":
        return self.policy_versions.current().select_related("calendar").get()

    def call(self, name: str) -> None:
        self.name = " ".join(name.split())[:80]
        if not self.name:
            raise Invalid(_("Give it a name."))
        if Policy.objects.standing().filter(name__iexact=self.name).exclude(pk=self.pk).exists():
            raise NameTaken
        self.save()

    @transaction.atomic
    def publish(
        self, *, by: Any, calendar: Calendar, targets: Targets, rule: str = "", pauses: Any = (), warn: int = 75
    ) -> "PolicyVersion":
        """A new version; open cases are reckoned by it from now on. Raises `Invalid`."""
        by.must_be_able_to(Can.AGREE)
        _must_be_possible(self, targets, pauses, warn)
        last = self.policy_versions.aggregate(last=Max("number"))["last"] or 0
        self.policy_versions.current().update(superseded_at=clock.now())
        version = self.policy_versions.create(
            number=last + 1,
            rule=rules.checked(rule),
            calendar=calendar,
            calendar_name=calendar.name,
            hours_told=calendar.hours_told,
            targets={kind: {str(p): seconds for p, seconds in told.items()} for kind, told in targets.items()},
            pauses=sorted(pauses),
            warn=warn,
            published_by=by,
        )
        reckon_all()
        return version

    def publish_again(self, *, by: Any) -> "PolicyVersion":
        """As it is, by its calendar as that is now."""
        now = self.current
        return self.publish(
            by=by, calendar=now.calendar, targets=now.told, rule=now.rule, pauses=now.pauses, warn=now.warn
        )

    @transaction.atomic
    def move(self, *, up: bool, by: Any) -> None:
        """Ask it before the one that stands before it, or after the one behind it."""
        by.must_be_able_to(Can.AGREE)
        others = list(Policy.objects.standing().filter(of=self.of).select_for_update())
        here = others.index(self)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(others):
            return
        others[here], others[there] = others[there], others[here]
        for position, policy in enumerate(others, 1):
            Policy.objects.filter(pk=policy.pk).update(position=position)
        reckon_all()

    @transaction.atomic
    def retire(self, *, by: Any) -> None:
        """It holds for no case any more; what it said stays readable."""
        by.must_be_able_to(Can.AGREE)
        self.retired_at = clock.now()
        self.save(update_fields=["retired_at"])
        self.policy_versions.current().update(superseded_at=self.retired_at)
        reckon_all()


def _must_be_possible(policy: Policy, targets: Targets, pauses: Any, warn: int) -> None:
    if not any(targets.get(kind) for kind in policy.kinds):
        raise Invalid(_("Say how long something may take, for at least one kind and priority."))
    if not set(targets) <= set(policy.kinds) or not set(pauses) <= set(policy.reasons):
        raise Invalid(_("That is not something this kind of policy can agree on."))
    seconds = [length for told in targets.values() for length in told.values()]
    if not all(priority in PRIORITIES for told in targets.values() for priority in told) or min(seconds) < 1:
        raise Invalid(_("A target is a length of time for a priority."))
    if not 1 <= warn <= 99:
        raise Invalid(_("Warn when between 1 % and 99 % of the time have passed."))


def reckon_all() -> None:
    """Have every open case reckoned anew, some at a time."""
    later("clocks.reckon_some", after=0, since=clock.now().isoformat())


class PolicyVersionQuerySet(VisibleTo):
    def current(self) -> Self:
        return self.filter(superseded_at=None)


class PolicyVersion(models.Model):
    """What a policy said from one moment to another; never changed, so that every clock can be replayed."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="policy_versions")
    number = models.PositiveIntegerField()
    rule = models.CharField(max_length=500, blank=True)
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="policy_versions")
    calendar_name = models.CharField(max_length=80)
    hours_told = models.JSONField()
    targets = models.JSONField()
    pauses = models.JSONField(default=list)
    warn = models.PositiveSmallIntegerField(default=75)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=clock.now, editable=False)
    superseded_at = models.DateTimeField(null=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint("policy", "number", name="one_version_per_number"),
            models.UniqueConstraint("policy", condition=Q(superseded_at=None), name="one_current_version"),
            models.CheckConstraint(condition=Q(warn__range=(1, 99)), name="policy_warns_in_between"),
        ]

    @property
    def told(self) -> dict[str, dict[int, int]]:
        return {kind: {int(p): seconds for p, seconds in told.items()} for kind, told in self.targets.items()}

    @property
    def agreement(self) -> Agreement:
        """In plain values, made once in a process."""
        key = (self.pk, self.published_at)
        if key not in _AGREED:
            _AGREED[key] = Agreement(
                pk=self.pk,
                name=self.policy.name,
                number=self.number,
                rule=self.rule,
                calendar=self.calendar_name,
                hours=hours_of(self.hours_told),
                targets=self.told,
                pauses=frozenset(self.pauses),
                warn=self.warn,
            )
        return _AGREED[key]


_AGREED: dict[tuple[int, datetime], Agreement] = {}
