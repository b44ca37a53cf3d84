from collections.abc import Iterable, Sequence
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience, readable_by
from tandem.cases.models.case import Case
from tandem.cases.models.searchable import by_words, words_of
from tandem.cases.privacy.covering import covered_together
from tandem.kit import clock, live, pictures, tokens, written
from tandem.kit.errors import Invalid
from tandem.kit.files import Stored
from tandem.kit.later import later
from tandem.people.visibility import VisibleTo

FRAME, FRAME_HOURS, HOUR = "as sent", 6, 3600


class CaseIsFull(Invalid):
    """This case has as many bytes of files as it may have. Send a link to where we can fetch them."""


class Channel(models.TextChoices):
    MAIL = "mail", _("mail")
    PORTAL = "portal", _("portal")
    DESK = "desk", _("desk")
    API = "api", _("API")
    PHONE = "phone", _("phone")
    CHAT = "chat", _("chat")


SPOKEN = (Channel.PHONE, Channel.CHAT)


class MessageQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        owned = Q(audience=Audience.RESTRICTED) & (
            Q(author=actor) | Q(stands_on__customer_owner=actor) | Q(stands_on__technical_owner=actor)
        )
        return self.filter(Q(audience__in=readable_by(actor)) | owned)

    def customers_share(self, actor: Any) -> Q:
        return Q(audience=Audience.CUSTOMER, stands_on__participants__user=actor, stands_on__participants__left_at=None)

    def of(self, case: Case) -> Self:
        """The conversation as read on this case: what stands on it, and what standing merges brought in."""
        # As a list of cases, not a join: an OR over two tables would look at every message there is.
        return self.filter(stands_on__in=Case.objects.read_on(case).values("pk")).order_by("created_at", "pk")

    def from_customer(self) -> Self:
        return self.filter(author__role="contact")


class MessageManager(models.Manager.from_queryset(MessageQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> MessageQuerySet:
        # Only the index reads `words`, and only the cleaner `html`; both are as long as the message, or longer.
        return super().get_queryset().defer("words", "html")

    def write(
        self,
        body: str,
        *,
        by: Any,
        audience: str,
        channel: str = Channel.DESK,
        quoted: str = "",
        html: str = "",
        verified: bool = True,
        files: Iterable[Stored] = (),
    ) -> "Message":
        """case.messages.write("…", by=sam, audience=Audience.SUPPORT). `files` are stored files of `kit.files`.

        `html` is as it came, cleaned only when it is shown; `verified` says whether we know the author to be who they
        say. Secrets are covered, but not in what a colleague writes to the customer. Raises `CaseIsFull`.
        """
        files = tuple(files)
        if channel != Channel.MAIL:  # a mail has been accepted, whatever it brings
            self.must_have_room(files)
        body, quoted, html = (text.replace("\x00", "") for text in (body, quoted, html))
        said = {"body": body, "quoted": quoted}
        is_our_word = bool(by and by.is_colleague and audience == Audience.CUSTOMER and channel not in SPOKEN)
        said, html, secrets = (said, html, []) if is_our_word else covered_together(said, html=html)
        with transaction.atomic(savepoint=False):
            message = self.model(
                case=self.instance,
                stands_on=self.instance,
                author=by,
                audience=audience,
                channel=channel,
                verified=verified,
                html=html,
                **said,
            )
            written.insert(message)
            message.case.secrets.keep(secrets, message=message)
            for file in files:
                message.attachments.keep(file, is_our_word=is_our_word)
            if message.html:
                later("cases.render", message_id=message.pk)
            verb = "message.received" if by and by.is_customer else "message.written"
            message.case.record(verb, by=by, audience=audience, message=message.pk, channel=channel, verified=verified)
        return message

    def shown_to(self, word: str) -> "Message | None":
        """The message that this word of its frame's address names (see `frame_for`), if its reader still may read it."""
        told, _dash, seal = word.rpartition("-")
        try:
            message, reader, until = map(int, told.split("-"))
        except ValueError:
            return None
        if until * HOUR < clock.now().timestamp() or not tokens.is_sealed(seal, FRAME, message, reader, until):
            return None
        actor = get_user_model().objects.filter(pk=reader).first()
        return self.visible_to(actor).filter(pk=message).first() if actor else None

    def must_have_room(self, files: Sequence[Stored]) -> None:
        """Raises `CaseIsFull`."""
        kept = apps.get_model("cases.Attachment").objects
        if files and kept.size_of(self.instance) + sum(file.size for file in files) > settings.CASE_LIMIT:
            raise CaseIsFull


class Message(models.Model):
    """What somebody said, for an audience. Never changed afterwards; the database sees to it.

    `case` is where it was written, for ever. `stands_on` repeats where standing moves have brought it: that is where it
    is read, and who may read it goes by that. Only `Move` writes it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages")
    stands_on = models.ForeignKey(Case, models.PROTECT, related_name="+", db_index=False, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages", null=True)
    audience = models.CharField(max_length=16, choices=Audience)
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.DESK)
    body = models.TextField()
    quoted = models.TextField(blank=True)
    html = models.TextField(blank=True)
    verified = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    words = models.GeneratedField(expression=words_of("body"), output_field=SearchVectorField(), db_persist=True)

    objects = MessageManager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(audience__in=Audience.values), name="message_audience_known")]
        indexes = [
            models.Index(fields=["stands_on", "created_at", "id"], name="messages_standing_on"),
            by_words("messages_by_words_newest"),
        ]

    @property
    def pictures(self) -> dict[str, int]:
        """The pictures that came along, by what its HTML calls them: which one of its attachments each is, from 1."""
        named = self.attachments.order_by("pk").values_list("content_id", "content_type")
        return {cid: nth for nth, (cid, kind) in enumerate(named, 1) if cid and kind in pictures.DRAWN}

    def frame_for(self, reader: Any) -> str:
        """Where this reader sees it as it was sent: an address for them alone, good for some hours, the same for some."""
        until = (int(clock.now().timestamp()) // HOUR // FRAME_HOURS + 2) * FRAME_HOURS
        word = f"{self.pk}-{reader.pk}-{until}-{tokens.seal(FRAME, self.pk, reader.pk, until)}"
        return reverse("as_sent", args=[word])

    def announce(self) -> None:
        """Tell open pages that it looks different now: a file of it was checked or drawn."""
        live.announce(f"case:{self.stands_on_id}", "message", audience=self.audience)
