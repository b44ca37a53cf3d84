import hashlib
import hmac
import secrets
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q

from tandem.customers.models import Account, Contact
from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.submit import passes
from tandem.submit.models.unconfirmed import TooOften

MOST_PER_PASS = 5  # reports with one signed word of the host
AT_HOME = {"localhost", "127.0.0.1"}


class NoHost(Invalid):
    """A host is an origin: https://app.example.com, without a path. Plain http is for localhost only."""


class WidgetKeyQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self if actor.may(Can.ADMINISTER) else self.none()

    def standing(self) -> Self:
        return self.filter(revoked_at=None)


class WidgetKeyManager(models.Manager.from_queryset(WidgetKeyQuerySet)):  # type: ignore[misc]
    def issue(self, account: Account, *, name: str, hosts: list[str], by: Any) -> "WidgetKey":
        """WidgetKey.objects.issue(northwind, name="web app", hosts=["https://app.northwind.example"], by=ada)

        Raises `NoHost`.
        """
        by.must_be_able_to(Can.ADMINISTER)
        origins = sorted({origin(host) for host in hosts})
        if not origins:
            raise NoHost
        return self.create(account=account, name=name, hosts=origins, public=secrets.token_urlsafe(12), issued_by=by)


def origin(told: str) -> str:
    """https://App.example.com:8443/ → https://app.example.com:8443. Raises `NoHost`."""
    try:
        parts = urlsplit(told.strip().lower())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise NoHost from None
    host = parts.hostname or ""
    plain = host.isascii() and host.replace("-", "").replace(".", "").isalnum() and not parts.username
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in AT_HOME)
    if not (plain and secure) or parts.path.strip("/") or parts.query or parts.fragment:
        raise NoHost
    return f"{parts.scheme}://{host}{port}"


class WidgetKey(models.Model):
    """What lets an account's own product pages show our report form, and sign who stands in front of it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="widget_keys")
    name = models.CharField(max_length=80)
    hosts = ArrayField(models.CharField(max_length=260))
    public = models.CharField(max_length=32, unique=True, editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=clock.now, editable=False)
    revoked_at = models.DateTimeField(null=True)
    brought = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        help_text="Whom its host told of first, and who belong to no account.",
    )

    objects = WidgetKeyManager()

    class Meta:
        ordering = ["account__name", "name", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(hosts=[]), name="widget_key_has_hosts")]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """Made from our own secret each time, and kept nowhere: who reads the database cannot sign."""
        words = f"widget\x1f{self.pk}\x1f{self.public}".encode()
        return hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).hexdigest()

    def revoke(self) -> None:
        self.revoked_at = clock.now()
        self.save(update_fields=["revoked_at"])

    def believe(self, token: str) -> passes.Told | None:
        """What the host says of its visitor, if it signed that and speaks of its own account."""
        try:
            told = passes.read(token, self.secret)
        except passes.Unbelieved:
            return None
        return (
            told if told.account in ("", self.account.slug, self.account.name) and self._may_name(told.mail) else None
        )

    def _may_name(self, mail: str) -> bool:
        """An account speaks for its own people, and for those nobody knows, unless their domain is another account's;
        never for a colleague of ours."""
        user = User.objects.filter(email=mail).select_related("contact").first()
        if user is None:
            return not Account.objects.filter(domains__contains=[_domain(mail)]).exclude(pk=self.account_id).exists()
        contact = getattr(user, "contact", None)
        if contact is None or not (user.is_active and user.is_customer):
            return False
        return contact.account_id == self.account_id or self._brought(contact)

    def _brought(self, contact: Contact) -> bool:
        """Whether they belong to nobody, and were nobody we knew before this host told of them."""
        return contact.account_id is None and self.brought.filter(pk=contact.user_id).exists()

    @transaction.atomic
    def use(self, told: passes.Told) -> User:
        """The person the host told of, and one more report with this word of it. Raises `TooOften`."""
        used, _new = self.widget_uses.get_or_create(once=told.once, defaults={"expires_at": told.expires_at})
        if not self.widget_uses.filter(pk=used.pk, times__lt=MOST_PER_PASS).update(times=F("times") + 1):
            raise TooOften
        is_own = _domain(told.mail) in self.account.domains
        person = Contact.objects.meet(told.mail, name=told.name, account=self.account if is_own else None).user
        if not is_own:
            self.brought.add(person)
        return person


def _domain(mail: str) -> str:
    return mail.rpartition("@")[2].lower()


class WidgetUse(models.Model):
    """How often one signed word of a host was used, as long as it holds."""

    key = models.ForeignKey(WidgetKey, models.CASCADE, related_name="widget_uses")
    once = models.CharField(max_length=100)
    times = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("key", "once", name="one_count_per_pass")]
