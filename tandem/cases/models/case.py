from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models, transaction
from django.db.models import Case as Either
from django.db.models import F, Func, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tandem.cases import guards, ledger
from tandem.cases.audience import Audience
from tandem.cases.journey import ROADS, Stage
from tandem.cases.models.indexes import INDEXES, UNJUDGED
from tandem.cases.privacy.covering import covered
from tandem.kit import clock, written
from tandem.kit.errors import Refused
from tandem.people.visibility import VisibleTo


class NoSuchRoad(Refused):
    """A case cannot go there from here."""


class Ball(models.TextChoices):
    """Who must move next."""

    CUSTOMER = "customer", _("Customer")
    SUPPORT = "support", _("Support")
    ENGINEERING = "engineering", _("Engineering")
    NOBODY = "nobody", _("Nobody")


class CaseQuerySet(VisibleTo):
    def customers_share(self, actor: Any) -> Q:
        return Q(participants__user=actor, participants__left_at=None)

    def open(self) -> Self:
        return self.filter(in_queue=True)

    def unjudged(self) -> Self:
        return self.filter(UNJUDGED)

    def awake_for(self, actor: Any) -> Self:
        """What sleeps is out of sight of the side that put it off; the other one has its own work on it."""
        return self.filter(Q(snoozed_until=None) | ~Q(snoozed_side__in=["", actor.side]))

    def read_on(self, case: "Case") -> Self:
        """The case itself, and what standing merges brought into it."""
        return self.filter(Q(pk=case.pk) | Q(merged_into=case)).order_by()

    def with_people(self) -> Self:
        """With all a strip or a row of the queue shows, in one query."""
        return self.select_related(
            "account",
            "environment",
            "reporter",
            "customer_owner",
            "technical_owner",
            "ball_holder",
            "ball_team",
        )

    def by_promise(self) -> Self:
        """What nobody has promised anything about first, then by the next promise."""
        return self.order_by(F("next_update_at").asc(nulls_first=True), "pk")


class CaseManager(models.Manager.from_queryset(CaseQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> CaseQuerySet:
        # Only the index reads `words`.
        return super().get_queryset().defer("words")

    @transaction.atomic(savepoint=False)
    def open_for(self, reporter: Any, *, title: str, by: Any = None, environment: Any = None) -> "Case":
        """Begin a case for the contact who reports it (a `people.User`); they take part from the first moment."""
        contact = getattr(reporter, "contact", None)
        title, secrets = covered(" ".join(title.split()))
        case: Case = self.model(
            title=title[:200] or str(_("(no subject)")),
            reporter=reporter,
            account=contact.account if contact else None,
            environment=environment,
        )
        written.insert(case)
        case.participants.begin(reporter, by=by or reporter)
        case.secrets.keep(secrets)
        case.record("case.opened", by=by or reporter, audience=Audience.CUSTOMER, title=case.title)
        return case


class Case(models.Model):
    """The one shared record of a customer's problem.

    `ball_with` is the id of the person who must move next: who holds the ball, else the owner on the side that has it.
    Like `in_queue` (open, and itself, not merged into another) it is the database's: after a change, read it again.

    `stage`, `ball…`, the owners, `next_update_at`, `priority` and the like repeat what the rooms' rows say, so that a
    queue is one indexed read. Only `enter`, `pass_ball` and `reflect` write them.
    """

    number = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value("cases_number"), function="nextval")
    )
    title = models.CharField(max_length=200)
    account = models.ForeignKey(
        "customers.Account", models.PROTECT, related_name="cases", null=True, blank=True, db_index=False
    )
    environment = models.ForeignKey(
        "customers.Environment", models.SET_NULL, related_name="cases", null=True, blank=True
    )
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reported_cases")
    opened_at = models.DateTimeField(default=clock.now, editable=False)
    active_at = models.DateTimeField(default=clock.now, editable=False)
    last_seq = models.PositiveIntegerField(default=0, editable=False)

    stage = models.CharField(max_length=16, choices=Stage, default=Stage.SUBMIT)
    stage_since = models.DateTimeField(default=clock.now)
    ball = models.CharField(max_length=16, choices=Ball, default=Ball.SUPPORT)
    ball_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    ball_team = models.ForeignKey("people.Team", models.SET_NULL, related_name="+", null=True, db_index=False)
    ball_since = models.DateTimeField(default=clock.now)
    ball_with = models.GeneratedField(
        expression=Coalesce(
            "ball_holder",
            Either(When(ball=Ball.SUPPORT, then="customer_owner"), When(ball=Ball.ENGINEERING, then="technical_owner")),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
        null=True,
    )
    customer_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="customer_owned", null=True
    )
    technical_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="technically_owned", null=True
    )
    realm = models.SlugField(max_length=40, blank=True, db_index=False)
    impact = models.CharField(max_length=200, blank=True)
    priority = models.PositiveSmallIntegerField(default=0)
    next_update_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    words = models.GeneratedField(
        expression=SearchVector("title", config="english"), output_field=SearchVectorField(), db_persist=True
    )
    snoozed_until = models.DateTimeField(null=True, help_text="Far ahead where it sleeps until something happens.")
    snoozed_side = models.CharField(
        max_length=16, blank=True, default="", db_default="", help_text="For whom it sleeps."
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="merged_cases", null=True, editable=False, db_index=False
    )

    in_queue = models.GeneratedField(
        expression=Q(merged_into=None) & ~Q(stage=Stage.CLOSE),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = CaseManager()

    REFLECTED = frozenset(
        [
            "customer_owner",
            "technical_owner",
            "realm",
            "impact",
            "priority",
            "next_update_at",
            "snoozed_until",
            "snoozed_side",
            "due_at",
            "environment",
            "account",
            "title",
        ]
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="case_stage_known"),
            models.CheckConstraint(condition=Q(ball__in=Ball.values), name="case_ball_known"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="case_not_merged_into_itself"),
        ]
        indexes = INDEXES

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.stage != Stage.CLOSE

    @property
    def read_on(self) -> "Case":
        """The case this one is read on: itself, unless it is merged into another."""
        return self.merged_into or self

    def read_together(self) -> CaseQuerySet:
        """This case and all that standing merges have it read with."""
        return Case.objects.filter(Q(pk=self.pk) | Q(merged_into=self) | Q(merged_cases=self)).distinct()

    def record(self, verb: str, /, *, by: Any = None, audience: str = Audience.SUPPORT, **facts: Any) -> Any:
        return ledger.record(self, verb, by=by, audience=audience, **facts)

    def lock(self) -> Self:
        """Hold this row until the transaction ends, and know it as it is now. Rows that only point at it are written meanwhile."""
        self.refresh_from_db(from_queryset=Case.objects.select_for_update(no_key=True).order_by())
        return self

    @transaction.atomic
    def enter(self, stage: str, *, by: Any, **facts: Any) -> None:
        """Walk to another stage; nothing happens if the case stands there. Raises `NoSuchRoad`, and what `guards` refuse."""
        self.lock()
        if stage == self.stage:
            return
        if stage not in ROADS[self.stage]:
            raise NoSuchRoad(
                _("A case that is “{here}” cannot become “{there}”.").format(
                    here=self.get_stage_display(), there=Stage(stage).label
                )
            )
        guards.ask(self, stage, by=by)
        left, self.stage, self.stage_since = self.stage, stage, clock.now()
        self.save(update_fields=["stage", "stage_since"])
        self.record(f"case.entered_{stage}", by=by, audience=Audience.CUSTOMER, left=left, **facts)

    @transaction.atomic
    def pass_ball(self, ball: str, *, by: Any, holder: Any = None, team: Any = None) -> None:
        """Say who must move next: a side, and where known the person or the team on it."""
        self.lock()
        if (self.ball, self.ball_holder, self.ball_team) == (ball, holder, team):
            return
        self.ball, self.ball_holder, self.ball_team, self.ball_since = ball, holder, team, clock.now()
        self.save(update_fields=["ball", "ball_holder", "ball_team", "ball_since"])
        self.record(
            "ball.passed",
            by=by,
            audience=Audience.CUSTOMER,
            to=ball,
            holder=holder and holder.name,
            team=team and team.name,
            team_slug=team and team.slug,
        )

    def reflect(self, **columns: Any) -> None:
        """Repeat here what a room's row says, for lists. The room records its own act."""
        if unknown := columns.keys() - self.REFLECTED:
            raise TypeError(f"A case does not reflect {', '.join(sorted(unknown))}.")
        for name, value in columns.items():
            setattr(self, name, value)
        self.save(update_fields=[*columns])
