from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tandem.cases.journey import Stage, is_before
from tandem.cases.models import Case
from tandem.cases.sentences import say
from tandem.cases.vocabulary import speak
from tandem.intake import realms
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.people.visibility import VisibleTo
from tandem.triage import priority as priorities
from tandem.triage import scoring
from tandem.triage.priority import Priority

say(
    "assessment.judged",
    _("Judged {word}: impact {impact}, urgency {urgency}"),
    in_general=_("Impact and urgency were judged"),
)
say("assessment.taken_back", _("The judgement was taken back"))
speak(
    "case.impact",
    "whole",
    _("whom it stops: 1 inconvenient to 5 a disaster; 0 is not judged"),
    lambda case: case.assessments.standing().values_list("impact", flat=True).first() or 0,
    tuple("012345"),
)


class NothingToJudge(Refused):
    """This case is closed or read as part of another: nothing is left to judge on it."""


class NotOnTheScale(Invalid):
    """Impact and urgency go from 1 to 5, priority from 1 to 4."""


class NoSuchRealm(Invalid):
    """There is no realm of this name."""


class SayWhy(Invalid):
    """This is another priority than the score says: add in a few words why."""


class NotTheLast(Refused):
    """It was judged again since; only the last judgement can be taken back."""


class AssessmentQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(superseded_at=None)


class AssessmentManager(models.Manager.from_queryset(AssessmentQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def judge(
        self,
        *,
        impact: int,
        urgency: int,
        by: Any,
        realm: str = "",
        why: str = "",
        priority: int | None = None,
        suggested: dict[str, Any] | None = None,
        why_not: str = "",
    ) -> "Assessment":
        """case.assessments.judge(impact=4, urgency=5, realm="data", by=sam): the score, its reasons, the priority.

        `priority` overrides what the score says, and then `why` must say why. Replaces the judgement before; a case
        not yet in triage enters it. `suggested` is what was offered, `why_not` in a word why it was not taken: both
        are learned from. Raises `NothingToJudge`, `NotOnTheScale`, `NoSuchRealm`, `SayWhy`.
        """
        case = self.instance.lock()
        if not case.in_queue:
            raise NothingToJudge
        realm = realm or case.realm
        _check(impact, urgency, priority, realm)
        score = scoring.score(impact, urgency, case.account, _facts(case))
        if priority not in (None, score.priority) and not why.strip():
            raise SayWhy
        self.standing().update(superseded_at=clock.now())
        assessment = self.create(
            impact=impact,
            urgency=urgency,
            realm=realm,
            realm_before=case.realm,
            score=score.total,
            parts=score.parts,
            priority=priority or score.priority,
            why=why.strip(),
            suggested=suggested,
            why_not=why_not.strip()[:80],
            judged_by=by,
        )
        assessment.reflect(by=by)
        return assessment

    @transaction.atomic
    def take_back(self, *, by: Any) -> None:
        """case.assessments.take_back(by=sam): nothing is judged any more. The case stays where it is on its road."""
        case = self.instance.lock()
        if (standing := self.standing().first()) is None:
            return
        standing.superseded_at = standing.taken_back_at = clock.now()
        standing.save(update_fields=["superseded_at", "taken_back_at"])
        realm = case.realm if standing.realm_before is None else standing.realm_before
        case.reflect(impact="", priority=0, realm=realm)
        case.record("assessment.taken_back", by=by, realm=realm)


def _check(impact: int, urgency: int, priority: int | None, realm: str) -> None:
    known = priority is None or priority in Priority.values
    if impact not in scoring.Impact.values or urgency not in scoring.Urgency.values or not known:
        raise NotOnTheScale
    if realm and realms.get(realm) is None:
        raise NoSuchRealm


def _facts(case: Case) -> dict[str, str]:
    """The standing values the score reads, by key; what we measured counts before what was told."""
    facts = case.facts.known().filter(key__in=scoring.WORDS).values_list("source", "key", "value")
    return {key: value for _source, key, value in sorted(facts, reverse=True)}


class Assessment(models.Model):
    """How bad a case is, for whom and how soon; with the reasons of its score."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assessments")
    impact = models.PositiveSmallIntegerField(_("impact"), choices=scoring.Impact)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=scoring.Urgency)
    realm = models.SlugField(max_length=40, blank=True)
    # None: judged when this was not kept yet.
    realm_before = models.SlugField(max_length=40, null=True, blank=True, editable=False, db_index=False)  # noqa: DJ001
    score = models.SmallIntegerField()
    parts = models.JSONField()
    priority = models.PositiveSmallIntegerField(choices=Priority)
    why = models.CharField(max_length=200, blank=True)
    suggested: Any = models.JSONField(null=True, editable=False)
    why_not = models.CharField(max_length=80, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(default=clock.now, editable=False)
    superseded_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = AssessmentManager()

    class Meta:
        ordering = ["judged_at", "pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(superseded_at=None), name="one_standing_assessment"),
            models.CheckConstraint(
                condition=Q(impact__range=(1, 5), urgency__range=(1, 5)), name="assessment_on_the_scale"
            ),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="assessment_priority_known"),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | ~Q(superseded_at=None), name="assessment_taken_back_does_not_stand"
            ),
        ]

    @property
    def is_overridden(self) -> bool:
        return self.priority != priorities.of_score(self.score)

    @property
    def was_as_suggested(self) -> bool:
        offered = self.suggested or {}
        return bool(offered) and all(getattr(self, name) == value for name, value in offered.items() if value)

    @property
    def tone(self) -> str:
        return priorities.tone_of(self.priority)

    @property
    def reasons(self) -> list[str]:
        return [scoring.said(part) for part in self.parts]

    @property
    def realm_label(self) -> str:
        realm = realms.get(self.realm)
        return str(realm.label) if realm else ""

    def reflect(self, *, by: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            impact, word = str(self.get_impact_display()), str(self.get_priority_display())
        self.case.reflect(impact=impact, priority=self.priority, realm=self.realm)
        self.case.record(
            "assessment.judged", by=by, impact=self.impact, urgency=self.urgency, realm=self.realm,
            score=self.score, priority=self.priority, word=word, why=self.why,
        )  # fmt: skip
        if is_before(self.case.stage, Stage.TRIAGE):
            self.case.enter(Stage.TRIAGE, by=by)

    @transaction.atomic
    def take_back(self, *, by: Any) -> None:
        """As if it had not been judged: what was judged before stands again, if anything. Raises `NotTheLast`."""
        case = self.case.lock()
        self.refresh_from_db(fields=["superseded_at"])
        if self.superseded_at:
            raise NotTheLast
        before = case.assessments.filter(taken_back_at=None, pk__lt=self.pk).order_by("-pk").first()
        case.assessments.take_back(by=by)
        if before is None:
            return
        before.superseded_at = None
        before.save(update_fields=["superseded_at"])
        before.case = case
        before.reflect(by=by)
