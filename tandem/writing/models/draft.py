from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience, readable_by
from tandem.cases.models import Case
from tandem.kit import clock, live
from tandem.kit.errors import Invalid, NotAllowed
from tandem.kit.files import Stored
from tandem.kit.files.fields import StoredFiles
from tandem.people.visibility import VisibleTo
from tandem.writing.merging import merge

LONGEST = 50_000
KEPT = timedelta(days=30)
A_MOMENT = timedelta(seconds=20)
"""Whoever typed within it is writing."""
MOST_SAVES, MOST_FILES = 30, 20
FEWER_FIRST: list[str] = [Audience.RESTRICTED, Audience.SUPPORT, Audience.CUSTOMER]


class TooLong(Invalid):
    """That is too long for one message. Put long logs into a file and attach it."""


class TooMany(Invalid):
    """A draft takes twenty files. Leave one out, or put several into an archive."""


class NotYours(NotAllowed):
    """Only whoever began this draft can do that."""


class NotForThem(NotAllowed):
    """Only whoever began this draft says for whom it is. To write to others, write your own."""


class Outcome(models.TextChoices):
    SENT = "sent", _("sent")
    DISCARDED = "discarded", _("discarded")


@dataclass(frozen=True)
class Typed:
    """What stands in the composer now. `base` is the text as the server last told it, `save` names this very saving."""

    body: str
    base: str = ""
    save: str = ""
    audience: str = Audience.CUSTOMER
    told: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Stored] = ()
    seen: int = 0


class Kept(NamedTuple):
    """`both`: somebody wrote at the same place. `is_closed`: it was sent or discarded before this came."""

    draft: "Draft | None"
    both: bool = False
    is_closed: bool = False


class DraftQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        """What somebody has not said is nobody else's, unless they share it."""
        return self.filter(Q(author=actor) | Q(shared_at__isnull=False, audience__in=readable_by(actor)))

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def begun(self) -> Self:
        """Open, with something in it."""
        return self.open().exclude(body="", files=[])

    def discarded(self) -> Self:
        """What can still be brought back."""
        return self.filter(outcome=Outcome.DISCARDED, closed_at__gt=clock.now() - KEPT)

    def stale(self) -> Self:
        return self.filter(closed_at__lte=clock.now() - KEPT)


class DraftManager(models.Manager.from_queryset(DraftQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def keep(self, typed: Typed, *, by: Any) -> Kept:
        """case.drafts.keep(Typed("We found"), by=sam): joined with what Sam wrote on another device meanwhile."""
        case: Case = self.instance
        draft = self.open().filter(author=by).select_for_update().first()
        if draft is None and not (typed.body.strip() or typed.files):
            return Kept(None)
        return (draft or self._begin(case, typed, by=by)).take(typed, by=by)

    @transaction.atomic
    def take_back(self, said: Typed, *, by: Any, typed: str = "") -> "Draft":
        """What was to be sent is to be written again, below what was begun since."""
        draft = self.open().filter(author=by).select_for_update().first()
        if draft is None and not typed.strip():
            begun: Draft = self._begin(self.instance, said, by=by)
            return begun.take(said, by=by).draft or begun
        draft = draft or self._begin(self.instance, said, by=by)
        return draft.append(said, by=by, typed=typed)

    def _begin(self, case: Case, typed: Typed, *, by: Any) -> "Draft":
        row = Draft(
            case=case, author=by, audience=typed.audience, based_on=min(typed.seen or case.last_seq, case.last_seq)
        )
        # Two tabs may begin at once: the row of one of them stays.
        Draft.objects.bulk_create([row], ignore_conflicts=True)
        begun: Draft = self.open().select_for_update().get(author=by)
        return begun

    def let_go(self) -> None:
        """Forget what nobody brought back."""
        self.filter(pk__in=self.stale().order_by("closed_at").values("pk")[:1000]).delete()


class Draft(models.Model):
    """What somebody has begun to write on a case and has not said."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="drafts", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    audience = models.CharField(max_length=16, choices=Audience)
    body = models.TextField(blank=True)
    told = models.JSONField(default=dict, help_text=_("The other fields of the composer."))
    files = StoredFiles(default=list)
    based_on = models.PositiveIntegerField(help_text=_("The last line of the ledger its author had seen."))
    version = models.PositiveIntegerField(default=0)
    saves = ArrayField(models.CharField(max_length=40), default=list, help_text=_("The last ones; none counts twice."))
    begun_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    shared_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(null=True)
    fewest = models.CharField(
        max_length=16, blank=True, help_text=_("Of all it was for since its first word, those who are fewest.")
    )
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False)

    objects = DraftManager()

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint("case", "author", condition=Q(closed_at=None), name="one_open_draft_of_each"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="draft_audience_known"),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | Q(closed_at__isnull=False, outcome__in=Outcome.values),
                name="draft_closed_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-saved_at", "-id"], name="drafts_of_author", condition=Q(closed_at=None)),
            models.Index(fields=["author", "-closed_at"], name="drafts_closed_of_author"),
            models.Index(
                fields=["-saved_at", "-id"],
                name="drafts_shared",
                condition=Q(closed_at=None, shared_at__isnull=False),
            ),
            models.Index(fields=["closed_at"], name="drafts_closed", condition=Q(closed_at__isnull=False)),
        ]

    @property
    def stored(self) -> list[Stored]:
        return [Stored(*told) for told in self.files]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @transaction.atomic
    def take(self, typed: Typed, *, by: Any) -> Kept:
        """What is typed now, joined with what is here. Closed meanwhile, the rest becomes a draft of the writer's own."""
        here = Draft.objects.select_for_update().get(pk=self.pk)
        if typed.save and typed.save in here.saves:
            return Kept(here, is_closed=not here.is_open)
        merged = merge(typed.base, typed.body, here.body)
        if not here.is_open:
            return here.outlived(typed, merged.text, by=by)
        if len(merged.text) > LONGEST:
            raise TooLong
        if len(here.files) + len(typed.files) > MOST_FILES:
            raise TooMany
        begins = here.version == 0 or here.saved_at < clock.now() - A_MOMENT
        before = here.fewest or here.audience if here.body.strip() or here.files else ""
        here.body = merged.text
        if by.pk == here.author_id:  # who helps writing does not say for whom
            begins = begins or here.audience != typed.audience
            here.fewest = min(before or typed.audience, typed.audience, key=FEWER_FIRST.index)
            here.audience, here.told = typed.audience, dict(typed.told) or here.told
        here.files = here.files + [list(file) for file in typed.files]
        here.saves = [*here.saves, typed.save][-MOST_SAVES:] if typed.save else here.saves
        here.version, here.saved_at = here.version + 1, clock.now()
        here.save(update_fields=["body", "audience", "told", "files", "saves", "version", "saved_at", "fewest"])
        here.announce(*(["presence"] if begins else []), *(["draft"] if here.shared_at else []))
        return Kept(here, merged.both)

    def outlived(self, typed: Typed, merged: str, *, by: Any) -> Kept:
        """It was sent or discarded while somebody still typed: nothing of that is lost."""
        if merged == self.body and not typed.files:
            return Kept(self, is_closed=True)
        rest = Typed(typed.body, "", typed.save, typed.audience, typed.told, typed.files, typed.seen)
        return Kept(self.case.drafts.keep(rest, by=by).draft, both=True)

    @transaction.atomic
    def share(self, *, by: Any) -> None:
        """From now on colleagues may read it and write in it."""
        self._close_or_share(by, shared_at=clock.now())
        self.announce("presence", "draft", "message")

    @transaction.atomic
    def unshare(self, *, by: Any) -> None:
        self._close_or_share(by, shared_at=None)
        self.announce("presence", "draft", "message")

    @transaction.atomic
    def discard(self, *, by: Any) -> None:
        """It can be brought back for thirty days."""
        self._close_or_share(by, closed_at=clock.now(), closed_by=by, outcome=Outcome.DISCARDED)
        self.announce("presence", "draft")

    def sent(self, body: str, *, by: Any) -> None:
        """So it was said, in the end."""
        self._set(closed_at=clock.now(), closed_by=by, outcome=Outcome.SENT, body=body)
        self.announce("presence", "draft")

    @transaction.atomic
    def bring_back(self, *, by: Any) -> "Draft":
        """As it was; below what they have begun on this case since."""
        if self.author_id != by.pk:
            raise NotYours
        if self.is_open:
            return self
        if now := self.case.drafts.open().filter(author=by).select_for_update().first():
            Draft.objects.filter(pk=self.pk).delete()
            joined = now.append(Typed(self.body, audience=self.audience, told=self.told, files=self.stored), by=by)
            joined._set(fewest=min(self.fewest or self.audience, joined.fewest, key=FEWER_FIRST.index))
            return joined
        self._set(closed_at=None, closed_by=None, outcome="", saved_at=clock.now())
        return self

    def append(self, more: Typed, *, by: Any, typed: str = "") -> "Draft":
        """This below what is here, and below what was typed but not saved yet; for those of two audiences who are fewer."""
        body = merge("", typed, self.body).text.rstrip()
        joined = f"{body}\n\n{more.body}" if body else more.body
        audience = min(self.audience, more.audience, key=FEWER_FIRST.index) if body else more.audience
        words = Typed(joined, self.body, audience=audience, told=more.told, files=more.files)
        return self.take(words, by=by).draft or self

    def announce(self, *names: str) -> None:
        if names:
            live.announce(f"case:{self.case_id}", *names, audience=Audience.SUPPORT)

    def _close_or_share(self, by: Any, **columns: Any) -> None:
        if self.author_id != by.pk:
            raise NotYours
        self._set(**columns)

    def _set(self, **columns: Any) -> None:
        for name, value in columns.items():
            setattr(self, name, value)
        self.save(update_fields=list(columns))
