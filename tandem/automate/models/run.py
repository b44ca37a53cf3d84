from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from tandem.automate import acting
from tandem.automate.acting import Done, Outcome
from tandem.cases import ledger
from tandem.cases.models import Case, Event
from tandem.cases.sentences import sentence
from tandem.kit import clock, live
from tandem.kit.errors import Invalid, Refused
from tandem.kit.later import later
from tandem.people.visibility import VisibleTo

# So many are done while one waits; more by a job, so that the page is there at once.
FEW, MOST = 20, 500
UNDONE_WITHIN = timedelta(days=30)


class NoCases(Invalid):
    """Choose the cases first."""


class TooMany(Invalid):
    """That is more than 500 cases. Do it in parts."""


class StillAtIt(Refused):
    """It is still under way. Undo it when it is through."""


class NothingToUndo(Refused):
    """There is nothing left to undo."""


class TooLate(Refused):
    """This could be undone for thirty days."""


class Kind(models.TextChoices):
    BULK = "bulk", gettext_lazy("by hand")
    MACRO = "macro", gettext_lazy("macro")
    RULE = "rule", gettext_lazy("rule")


class RunQuerySet(VisibleTo):
    """For colleagues; what stands in a run of a case is read on that case."""

    def with_counts(self) -> Self:
        """With `done_on`, `refused_on` and `undone_on`: on how many cases."""
        undone = self._cases(undone_at__isnull=False)
        done, refused = self._cases(outcome=Outcome.DONE), self._cases(outcome__in=NOT_DONE)
        return self.annotate(done_on=done, refused_on=refused, undone_on=undone)

    @staticmethod
    def _cases(**those: Any) -> Coalesce:
        """Looked up for each row that is shown: a list of runs is long, a page of it short."""
        steps = apps.get_model("automate.RunStep").objects.filter(run=OuterRef("pk"), **those).order_by()
        return Coalesce(Subquery(steps.values("run").annotate(n=Count("case", distinct=True)).values("n")), 0)


NOT_DONE = (Outcome.REFUSED, Outcome.FAILED)


class RunManager(models.Manager.from_queryset(RunQuerySet)):  # type: ignore[misc]
    def do(
        self, cases: Iterable[Case], doings: Any, *, by: Any, kind: str = Kind.BULK, title: str = "", **of: Any
    ) -> "Run":
        """Run.objects.do([case], [{"act": "give_to", "with": {"to": "me"}}], by=sam): each case by itself.

        One that is refused stops no other. More than FEW are left to a job. Raises `Invalid`.
        """
        cases = list(cases)
        if not cases:
            raise NoCases
        if len(cases) > MOST:
            raise TooMany
        doings = acting.checked(doings, by=by)
        said = "; ".join(acting.sentences(doings, by=by))
        told = {"title": (title or said)[:200], "acts": doings, "waiting": [case.pk for case in cases]}
        with transaction.atomic():
            run: Run = self.create(kind=kind, by=by, wanted=len(cases), **told, **of)
            run.go_on_later("automate.work")
        if len(cases) <= FEW:
            run.work()
        return run

    def of_rule(self, version: Any, *, event: Event, case: Case, saw: dict[str, Any], by: Any) -> "Run":
        """What a rule is to do now, with the values its condition saw; `work` does it."""
        told = {"title": version.name, "acts": version.acts, "waiting": [case.pk], "wanted": 1, "saw": saw}
        run: Run = self.create(kind=Kind.RULE, by=by, rule_version=version, event=event, **told)
        run.go_on_later("automate.work")
        return run

    def preview(self, cases: Sequence[Case], doings: Any, *, by: Any) -> list[tuple[Case, list[Done]]]:
        """What would become of the first of them, really tried; nothing stays. Raises `Invalid`."""
        doings = acting.checked(doings, by=by)
        return [(case, acting.tried(case, doings, by=by)) for case in cases[:FEW]]


class Run(models.Model):
    """Acts done at one stroke, on one case or many; with what became of each, and the way back."""

    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=200)
    acts = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=clock.now, editable=False)
    wanted = models.PositiveSmallIntegerField()
    waiting = models.JSONField(default=list, help_text=gettext_lazy("The cases it has not come to yet."))
    finished_at = models.DateTimeField(null=True)
    macro_version = models.ForeignKey("automate.MacroVersion", models.PROTECT, related_name="runs", null=True)
    rule_version = models.ForeignKey("automate.RuleVersion", models.PROTECT, related_name="runs", null=True)
    event = models.ForeignKey(
        Event, models.PROTECT, related_name="runs_set_off", null=True, help_text=gettext_lazy("What set the rule off.")
    )
    saw = models.JSONField(null=True, help_text=gettext_lazy("What the condition saw, by name."))
    undo_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    undo_asked_at = models.DateTimeField(null=True)

    objects = RunManager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="run_kind_known"),
            models.UniqueConstraint(
                "rule_version", "event", condition=Q(rule_version__isnull=False), name="a_rule_runs_once_for_a_line"
            ),
            models.CheckConstraint(
                condition=Q(undo_asked_by=None, undo_asked_at=None)
                | Q(undo_asked_by__isnull=False, undo_asked_at__isnull=False),
                name="undo_of_a_run_asked_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["-begun_at", "-id"], name="runs_newest_first"),
            models.Index(fields=["rule_version", "-id"], name="runs_of_a_rule"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def because(self) -> str:
        """What set the rule off, as the history says it."""
        return sentence(self.event) if self.event else ""

    @property
    def worked(self) -> int:
        return self.wanted - len(self.waiting)

    @property
    def can_be_undone(self) -> bool:
        in_time = clock.now() <= self.begun_at + UNDONE_WITHIN
        return bool(self.finished_at) and not self.undo_asked_at and in_time and self._has_a_way_back()

    def go_on_later(self, job: str) -> None:
        """Also where it is done at once: whoever does it may die over it, and what is done is not done again."""
        later(job, lock=f"run:{self.pk}", run_id=self.pk)

    def work(self) -> None:
        """Through what still waits; safe to begin again: each case leaves the list with what was done on it."""
        while self._next():
            live.announce(f"run:{self.pk}", "run", audience="support")

    @transaction.atomic
    def _next(self) -> bool:
        first = Run.objects.values_list("waiting", flat=True).get(pk=self.pk)[:1]
        # The case is held first, as by everybody who holds what is of a case: two who wait for each other would wait for ever.
        if case := Case.objects.visible_to(self.by).filter(pk__in=first).first():
            case.lock()
        held = Run.objects.select_for_update(of=("self",)).select_related("by").get(pk=self.pk)
        if held.finished_at or held.waiting[:1] != first:  # somebody else went on with it meanwhile
            self.waiting, self.finished_at = held.waiting, held.finished_at
            return not held.finished_at
        if case:
            held.do_on(case)
        self.waiting = held.waiting[1:]
        self.finished_at = None if self.waiting else clock.now()
        self.save(update_fields=["waiting", "finished_at"])
        return bool(self.waiting)

    def do_on(self, case: Case) -> None:
        ruled = {ledger.BY_RULE: self.title} if self.kind == Kind.RULE else {}
        with ledger.at_one_stroke(self.wanted, run=self.pk, **ruled):
            told = acting.done(case, self.acts, by=self.by)
            self.steps.keep(case, told)
            if says := [one.says for one in told if one.outcome == Outcome.DONE]:
                case.record("run.made", by=self.by, kind=self.kind, title=self.title, did="; ".join(says)[:500])

    def undo(self, *, by: Any) -> None:
        """The last first; what cannot be undone any more stays, with its reason. Raises `StillAtIt`, `TooLate`, `NothingToUndo`."""
        with transaction.atomic():
            self._hold_cases()
            held = Run.objects.select_for_update().get(pk=self.pk)
            if not held.finished_at:
                raise StillAtIt
            if clock.now() > held.begun_at + UNDONE_WITHIN:
                raise TooLate
            if held.undo_asked_at or not held._has_a_way_back():
                raise NothingToUndo
            self.undo_asked_by, self.undo_asked_at = by, clock.now()
            self.save(update_fields=["undo_asked_by", "undo_asked_at"])
            self.go_on_later("automate.undo")
        if self.wanted <= FEW:
            self.take_back()

    def _hold_cases(self) -> None:
        """First, as everybody does who holds cases and something else: whoever asked may do both in one transaction."""
        cases = Case.objects.filter(pk__in=self._left().values("case")).order_by("pk")
        list(cases.select_for_update(no_key=True).values_list("pk"))

    def take_back(self) -> None:
        """All that is left, case by case."""
        while step := self._left().order_by("-pk").first():
            self._take_back_on(step.case_id)
            live.announce(f"run:{self.pk}", "run", audience="support")

    def _has_a_way_back(self) -> bool:
        return bool(self._left().filter(undo__isnull=False).exists())

    def _left(self) -> Any:
        return self.steps.filter(outcome=Outcome.DONE, undone_at=None, stays_because="")

    @transaction.atomic
    def _take_back_on(self, case_id: int) -> None:
        case = Case.objects.get(pk=case_id).lock()
        with ledger.at_one_stroke(self.wanted, run=self.pk):
            steps = list(self._left().filter(case=case).order_by("-pk"))
            for step in steps:
                step.take_back(case, by=self.undo_asked_by)
            if says := [step.says for step in steps if step.undone_at]:
                case.record("run.undone", by=self.undo_asked_by, title=self.title, did="; ".join(says)[:500])
