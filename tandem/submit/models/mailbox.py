from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.kit import clock, live, sealed
from tandem.kit.errors import Invalid, Refused
from tandem.kit.later import later
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.submit.models.mailboxes import SECRETS, TOO_LONG, MailboxManager

CONSENT = "mailbox.consent"  # what the words of a consent are sealed for, on their way to a worker


NO_FOLDER = gettext_lazy("Say which folder mails are to be moved to.")


class FetchedTwice(Refused):
    """This folder is fetched already: look among the mailboxes, also those that were removed."""


class NotThisOne(Invalid):
    """To remove a mailbox, type its address."""


class Security(models.TextChoices):
    TLS = "tls", gettext_lazy("encrypted (TLS)")
    STARTTLS = "starttls", gettext_lazy("encrypted after a greeting (STARTTLS)")
    PLAIN = "plain", gettext_lazy("not encrypted: only on a network of your own")


class Auth(models.TextChoices):
    PASSWORD = "password", gettext_lazy("a password")
    GOOGLE = "google", gettext_lazy("consent at Google")
    MICROSOFT = "microsoft", gettext_lazy("consent at Microsoft")


class Afterwards(models.TextChoices):
    LEAVE = "leave", gettext_lazy("leave it as it is")
    SEEN = "seen", gettext_lazy("mark it as read")
    MOVE = "move", gettext_lazy("move it to another folder")
    DELETE = "delete", gettext_lazy("delete it there")


class Mailbox(models.Model):
    """A folder of a mail server elsewhere that we fetch mail from, how we come in, how far we are, and how it goes."""

    name = models.CharField(gettext_lazy("name"), max_length=80)
    address = models.EmailField(gettext_lazy("address customers write to"), max_length=320)
    host = models.CharField(gettext_lazy("IMAP server"), max_length=253)
    port = models.PositiveIntegerField(gettext_lazy("port"), default=993)
    security = models.CharField(gettext_lazy("the line is"), max_length=8, choices=Security, default=Security.TLS)
    username = models.CharField(gettext_lazy("user name there"), max_length=320)
    auth = models.CharField(gettext_lazy("we come in by"), max_length=12, choices=Auth, default=Auth.PASSWORD)
    client_id = models.CharField(gettext_lazy("client ID"), max_length=255, blank=True)
    authorize_url = models.URLField(gettext_lazy("consent is given at"), max_length=500, blank=True)
    token_url = models.URLField(gettext_lazy("tokens are given at"), max_length=500, blank=True)
    folder = models.CharField(gettext_lazy("folder"), max_length=255, default="INBOX")
    authserv_id = models.CharField(
        gettext_lazy("its verdicts are signed"), max_length=253, blank=True, default="", db_default=""
    )
    afterwards = models.CharField(
        gettext_lazy("once we have a mail"), max_length=8, choices=Afterwards, default=Afterwards.LEAVE
    )
    move_to = models.CharField(gettext_lazy("move it to the folder"), max_length=255, blank=True)
    password_sealed = models.TextField(blank=True, editable=False)
    client_secret_sealed = models.TextField(blank=True, editable=False)
    refresh_token_sealed = models.TextField(blank=True, editable=False)
    # How far we are.
    since = models.DateField(null=True, editable=False)
    uidvalidity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    # How it goes.
    active_since = models.DateTimeField(default=clock.now, editable=False)
    heard_at = models.DateTimeField(null=True, editable=False)
    error = models.TextField(blank=True, editable=False)
    alarmed_at = models.DateTimeField(null=True, editable=False)
    tried_at = models.DateTimeField(null=True, editable=False)
    tried_said = models.TextField(blank=True, editable=False)
    tried_well = models.BooleanField(default=False, editable=False)
    # Who decided what.
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = MailboxManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "host", "username", "folder", condition=Q(removed_at=None), name="one_mailbox_per_folder"
            ),
            models.CheckConstraint(condition=Q(security__in=Security.values), name="mailbox_security_known"),
            models.CheckConstraint(condition=Q(auth__in=Auth.values), name="mailbox_auth_known"),
            models.CheckConstraint(condition=Q(afterwards__in=Afterwards.values), name="mailbox_afterwards_known"),
            models.CheckConstraint(
                condition=~Q(afterwards="move") | ~Q(move_to=""),
                name="moved_mail_has_a_folder",
                violation_error_message=NO_FOLDER,
            ),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="mailbox_port_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    def secret(self, name: str) -> str:
        """`password`, `client_secret` or `refresh_token`, opened. Raises `CannotOpen`."""
        return sealed.opened(getattr(self, f"{name}_sealed"), purpose=f"mailbox.{name}")

    def keep_secret(self, name: str, secret: str) -> None:
        setattr(self, f"{name}_sealed", sealed.seal(secret, purpose=f"mailbox.{name}"))

    @property
    def needs_consent(self) -> bool:
        return self.auth != Auth.PASSWORD and not self.refresh_token_sealed

    @property
    def state(self) -> str:
        """One word: removed, paused, waiting (for its first success), works, stopped."""
        if self.removed_at or self.paused_at:
            return "removed" if self.removed_at else "paused"
        since = max(filter(None, [self.heard_at, self.active_since]))
        if clock.now() - since > TOO_LONG:
            return "stopped"
        return "works" if self.heard_at and not self.error else "waiting"

    @transaction.atomic
    def change(self, *, by: Any, **told: Any) -> None:
        """mailbox.change(by=ada, host="…", password="…"); an empty secret leaves the one we have. Raises `FetchedTwice`, `Invalid`."""
        before = (self.host, self.username, self.folder)
        for name in SECRETS:
            if secret := told.pop(name, ""):
                self.keep_secret(name, secret)
        for name, value in told.items():
            setattr(self, name, value)
        self._must_make_sense()
        if (self.host, self.username, self.folder) != before and self.pk:
            self.uidvalidity, self.last_uid = None, 0
        self._decide(by)

    def _must_make_sense(self) -> None:
        if self.auth == Auth.PASSWORD and not self.password_sealed:
            raise Invalid(_("Say the password."))
        if self.auth != Auth.PASSWORD and not self.client_id:
            raise Invalid(_("Say the client ID of the application that you registered there."))
        if self.auth != Auth.PASSWORD and self.security == Security.PLAIN:
            raise Invalid(_("They are only reached encrypted."))
        if self.afterwards == Afterwards.MOVE and self.move_to in ("", self.folder):
            raise Invalid(str(NO_FOLDER))

    def pause(self, *, by: Any) -> None:
        self.paused_by, self.paused_at = by, self.paused_at or clock.now()
        self._decide(by)

    def resume(self, *, by: Any) -> None:
        self.paused_by = self.paused_at = None
        self._decide(by)

    def remove(self, *, by: Any, address: str) -> None:
        """It is not fetched any more, and can be brought back for thirty days. Raises `NotThisOne`."""
        if address.strip().lower() != self.address.lower():
            raise NotThisOne
        self.removed_by, self.removed_at = by, clock.now()
        self._decide(by)

    def restore(self, *, by: Any) -> None:
        """Paused at first, so that somebody looks. Raises `FetchedTwice`."""
        self.removed_by = self.removed_at = None
        self.pause(by=by)

    def _decide(self, by: Any) -> None:
        """Whoever fetches it starts afresh with what was decided."""
        now = clock.now()
        self.changed_by, self.changed_at, self.active_since = by, now, now
        self.alarmed_at, self.error, self.heard_at = None, "", None
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError as error:
            if "one_mailbox_per_folder" not in str(error):
                raise
            raise FetchedTwice from None
        Mailbox.objects.forget()
        transaction.on_commit(Mailbox.objects.forget)  # what another thread read meanwhile is the old
        _look_different()

    def wake(self) -> None:
        """Something changed that may help: whoever fetches it tries anew."""
        self.changed_at = clock.now()
        self.save(update_fields=["changed_at"])
        _look_different()

    @transaction.atomic
    def try_out(self) -> None:
        """Have a worker come in once and say how it went."""
        self.tried_at, self.tried_said = clock.now(), ""
        self.save(update_fields=["tried_at", "tried_said"])
        later("submit.try_mailbox", lock=f"mailbox:{self.pk}", mailbox_id=self.pk)

    @transaction.atomic
    def take_consent(self, *, code: str, verifier: str) -> None:
        """Somebody consented over there; a worker trades the code for a token."""
        self.tried_at, self.tried_said = clock.now(), ""
        self.save(update_fields=["tried_at", "tried_said"])
        code, verifier = (sealed.seal(word, purpose=CONSENT) for word in (code, verifier))
        later("submit.take_consent", mailbox_id=self.pk, code=code, verifier=verifier)

    def tried(self, said: str, *, well: bool) -> None:
        self.tried_said, self.tried_well = said, well
        self.save(update_fields=["tried_said", "tried_well"])
        _look_different()

    def works(self) -> None:
        """We came in, and nothing waits there any more."""
        was_troubled = bool(self.error) or self.heard_at is None
        self.heard_at, self.error = clock.now(), ""
        self.save(update_fields=["heard_at", "error"])
        if was_troubled:
            _look_different()

    def fails(self, sentence: str) -> None:
        if self.error != sentence:
            self.error = sentence
            self.save(update_fields=["error"])
            _look_different()

    def stand_at(self, uidvalidity: int, last_uid: int) -> None:
        """All mails up to this one were taken."""
        self.uidvalidity, self.last_uid = uidvalidity, last_uid
        self.save(update_fields=["uidvalidity", "last_uid"])

    def begin_at(self, uidvalidity: int, *, uidnext: int) -> None:
        """A folder we see for the first time, or whose numbers count anew: then its mails are known by their content."""
        is_first, wants_old = self.uidvalidity is None, self.since is None
        self.stand_at(uidvalidity, 0 if wants_old or not is_first else uidnext - 1)

    def fetch_from(self) -> date | None:
        """The day before which nothing is wanted, where numbers do not say it."""
        return self.since if not self.last_uid else None

    def alarm(self, about: str, *, at: Any) -> None:
        """Tell everybody who can do something; `about` is "stopped" or "recovered"."""
        outage = self.alarmed_at or at
        self.alarmed_at = at
        self.save(update_fields=["alarmed_at"])
        for user in User.objects.who_can(Can.ADMINISTER):
            told = {"mailbox_id": self.pk, "user_id": user.pk, "about": about, "outage": outage.isoformat()}
            later("submit.tell_of_mailbox", **told)
        _look_different()

    @property
    def silence(self) -> str:
        """Why it is not heard of, as far as we know."""
        return self.error or _("Nobody fetches it: is `tandem mail-fetch` running?")


def _look_different() -> None:
    live.announce("mailboxes", "mailbox", audience="support")
