"""How a submission comes in, and who is next to be read."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Channel
from tandem.kit import clock, prepared, tokens, written
from tandem.kit.files import Stored
from tandem.kit.text import one_line
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.submit.models.states import Cause, State
from tandem.submit.models.template import ReportTemplate

if TYPE_CHECKING:
    from tandem.submit.models.submission import Submission

MOST_ATTEMPTS = 5
AGAIN = timedelta(seconds=30)  # after which a mail whose reading did not end is anybody's again; then ever later
LATEST = timedelta(minutes=8)  # all attempts are over in half an hour, and a person sees what nobody could read
TOO_LONG = timedelta(minutes=5)  # for a mail that was accepted; most are read within the second
MOST_AT_ONCE = 1_000


class SubmissionQuerySet(VisibleTo):
    def quarantined(self) -> Self:
        return self.filter(state=State.QUARANTINED)

    def out_of_sight(self) -> Self:
        """What asked for nothing, and what was turned away."""
        return self.filter(state__in=[State.NOTED, State.REJECTED])

    def waiting(self) -> Self:
        return self.filter(state=State.WAITING)

    def overdue(self) -> Self:
        """What should have been read and was not, oldest first: nobody reads, or it failed, or its files cannot be kept."""
        past = clock.now() - TOO_LONG
        late = self.waiting().filter(Q(sorted_at=None) | Q(sorted_at__lt=past), received_at__lt=past)
        return late.order_by("received_at", "pk")  # however often each was tried

    def colleagues_share(self, actor: Any) -> Self:
        """Where it landed is no secret; what lies in quarantine is for those who sort it."""
        return self if actor.may(Can.SORT_MAIL) else self.filter(state=State.LANDED)


class SubmissionManager(models.Manager.from_queryset(SubmissionQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> SubmissionQuerySet:
        return super().get_queryset().defer("raw")

    def accept_mail(self, raw: bytes, *, sender: str, recipients: Iterable[str], checked_by: str = "") -> "Submission":
        """Keep the bytes, waiting to be read, in one commit; when this returns, the mail is ours to lose.

        `sender` and `recipients` are the envelope's; `checked_by` is the server of ours whose verdict about the sender
        it brings along, "" if a stranger handed it to us. The same mail for the same recipients is kept once.
        """
        to = sorted({one_line(address, most=320).lower() for address in recipients})
        key = _dedupe_key(raw, to)
        try:
            with transaction.atomic():
                submission: Submission = self.model(
                    channel=Channel.MAIL,
                    raw=raw,
                    sent_from=one_line(sender, most=320),
                    sent_to=to,
                    dedupe_key=key,
                    checked_by=checked_by,
                )
                written.insert(submission)
        except IntegrityError:
            return self.get(dedupe_key=key)
        return submission

    @transaction.atomic
    def hold(self, head: bytes, *, why: str, mark: str, recipients: Iterable[str], **told: str) -> "Submission":
        """A mail that lies elsewhere and cannot be taken as it is: its beginning, for a person to see. Kept once."""
        to = sorted({address.lower() for address in recipients})
        key = _dedupe_key(b"held" + head, to) if head else tokens.fingerprint(f"held {mark}")
        if same := self.filter(dedupe_key=key).first():
            return same
        held = self.create(channel=Channel.MAIL, raw=head, sent_to=to, dedupe_key=key, **told)
        held.quarantine(why, cause=Cause.UNREADABLE)
        return held

    def report(self, reporter: Any, *, once: str = "", **told: Any) -> "Submission":
        """Submission.objects.report(ana, title="…", body="…", answers={"since": "today"}): a case, at once.

        Takes what `open` takes. With the same `once`, the same report: a form sent twice is one case.
        """
        key = report_key(reporter, once)
        try:
            return self.open(reporter, dedupe_key=key, **told)
        except IntegrityError:
            if (same := self.filter(dedupe_key=key).first()) is None:
                raise
            return same

    @transaction.atomic
    def open(
        self,
        reporter: Any,
        *,
        dedupe_key: str,
        title: str,
        body: str,
        by: Any = None,
        environment: Any = None,
        realm: str = "",
        template: Any = None,
        answers: Mapping[str, Any] | None = None,
        facts: Mapping[str, str] | None = None,
        measured: Mapping[str, str] | None = None,
        reason: str = "",
        files: Sequence[Stored] = (),
        channel: str = Channel.PORTAL,
    ) -> "Submission":
        """`by` is who typed it, if not the reporter. `answers` are kept as they were given, with the `template` that
        asked; what they mean, `facts`, reaches intake by the ledger as told, and `measured` as what a program saw.
        """
        case = Case.objects.open_for(reporter, title=title, by=by, environment=environment)
        if realm:
            case.reflect(realm=realm)
        message = case.messages.write(body, by=reporter, audience=Audience.CUSTOMER, channel=channel, files=files)
        told = {"answers": dict(answers or {}), "facts": facts and dict(facts), "measured": dict(measured or {})}
        told = case.secrets.cover(told, message=message)
        submission = self.create(
            channel=channel,
            dedupe_key=dedupe_key,
            state=State.LANDED,
            case=case,
            message=message,
            template=ReportTemplate.objects.keep(template) if template else None,
            answers=told["answers"],
            decision={"notes": _recordings(files)},
            reason=reason or _("{name} reported it, signed in.").format(name=(by or reporter).name),
        )
        heard = told["answers"] if told["facts"] is None else told["facts"]
        submission.record(message, answers=heard, measured=told["measured"])
        return submission

    @transaction.atomic
    def reject_all_of(self, author: str, *, by: Any) -> int:
        """Submission.objects.reject_all_of("bomber@x.example", by=sam): what waits of theirs; how many that was."""
        theirs = list(self.quarantined().filter(author_told=author.strip().lower())[:MOST_AT_ONCE]) if author else []
        for submission in theirs:
            submission.reject(by=by)
        return len(theirs)

    def take(self) -> "Submission | None":
        """The next mail to be read, with an attempt counted, and that committed.

        Nobody else takes it for a while, and then anybody. A mail that takes its reader down with it ends in quarantine,
        not in the way of the others.
        """
        slots = {"now": clock.now(), "again": AGAIN, "latest": LATEST, "waiting": str(State.WAITING)}
        for taken in prepared.whole(self.model, self._take, slots):
            if taken.attempts <= MOST_ATTEMPTS:
                return taken  # type: ignore[no-any-return]
            told = _("{n} attempts to read it ended without success.").format(n=MOST_ATTEMPTS)
            taken.quarantine(told, cause=Cause.UNREADABLE)
        return None

    @cached_property
    def _take(self) -> str:
        return TAKE.format(columns=", ".join(f"taken.{field.column}" for field in self.model._meta.concrete_fields))


TAKE = """
    WITH next AS MATERIALIZED (
        SELECT id FROM submit_submission WHERE state = %(waiting)s AND read_after <= %(now)s
        ORDER BY read_after, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE submit_submission AS taken
    SET attempts = attempts + 1, read_after = %(now)s + least(%(again)s * power(4, least(attempts, 5)), %(latest)s)
    FROM next WHERE taken.id = next.id RETURNING {columns}
"""


def _recordings(files: Sequence[Stored]) -> list[str]:
    """What is said of files that may hold more than their sender knows."""
    says = _(
        "“{name}” is a recording of a browser (HAR): its cookies and passwords are covered before anybody gets it."
    )
    return [says.format(name=file.name) for file in files if file.name.lower().endswith(".har")]


def report_key(reporter: Any, once: str) -> str:
    """What makes a report sent twice the same: who sent it, and the form they had before them."""
    return tokens.fingerprint(f"{reporter.pk} {once}") if once else tokens.fresh()


def _dedupe_key(raw: bytes, recipients: list[str]) -> str:
    return hashlib.sha256("\n".join(recipients).encode() + b"\0" + raw).hexdigest()
