from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.kit import clock, prepared, written
from tandem.kit.errors import Invalid
from tandem.people.models import User
from tandem.people.visibility import VisibleTo


class NoAddress(Invalid):
    """We cannot write to this address: take another one."""


class AccountQuerySet(VisibleTo):
    def customers_share(self, actor: Any) -> Q:
        return Q(contacts__user=actor)


class Account(models.Model):
    """The customer organisation."""

    class Tier(models.TextChoices):
        BASIC = "basic", _("Basic")
        BUSINESS = "business", _("Business")
        ENTERPRISE = "enterprise", _("Enterprise")

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    tier = models.CharField(max_length=16, choices=Tier, default=Tier.BASIC)
    domains = ArrayField(
        models.CharField(max_length=253),
        default=list,
        blank=True,
        help_text=_("Mail domains an administrator has verified."),
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(VisibleTo):
    def customers_share(self, actor: Any) -> Q:
        return Q(user=actor)


class ContactManager(models.Manager.from_queryset(ContactQuerySet)):  # type: ignore[misc]
    def meet(self, email: str, *, name: str = "", account: Account | None = None) -> "Contact":
        """The contact with this address, made if we never heard of it. Knowing an address joins nobody to an account.

        Raises `NoAddress`; a colleague's address is refused by the caller.
        """
        address = email.strip().lower()
        user = self.whoever_writes_from(address)
        if user is None:
            new = _imagined(email, name)
            with transaction.atomic(savepoint=False):
                if written.insert_once(new):
                    return written.insert(self.model(user=new, account=account))
            user = self.whoever_writes_from(address)  # somebody else met them at the same moment
            assert user is not None
        if not hasattr(user, "contact"):
            self.get_or_create(user=user, defaults={"account": account})
        return user.contact

    def whoever_writes_from(self, address: str) -> User | None:
        """A contact, or one of us; with what we know of them as a contact."""
        return next(iter(_with_address(email=address)), None)


@prepared.found
def _with_address(*, email: str) -> models.QuerySet[User]:
    return User.objects.select_related("contact").filter(email=email)


def _imagined(email: str, name: str) -> User:
    try:
        return User.objects.imagine(email, name=name)
    except ValidationError:
        raise NoAddress from None


class Contact(models.Model):
    """A person at a customer."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="contact")
    account = models.ForeignKey(Account, models.PROTECT, related_name="contacts", null=True, blank=True)
    language = models.CharField(max_length=16, default="en")
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounces = models.PositiveSmallIntegerField(
        default=0, help_text=_("Mails that came back for ever, since they last wrote or we tried again.")
    )
    no_mail_since = models.DateTimeField(null=True, blank=True)
    no_mail_why = models.CharField(max_length=300, blank=True)

    objects = ContactManager()

    class Meta:
        ordering = ["user__name", "pk"]

    def __str__(self) -> str:
        return self.user.name

    @transaction.atomic
    def mail_came_back(self, why: str) -> None:
        """For good, not for now. After TANDEM_MOST_BOUNCES of them no mail goes there any more."""
        contact = Contact.objects.select_for_update().get(pk=self.pk)
        contact.bounces, contact.bounced_at = contact.bounces + 1, clock.now()
        contact.save(update_fields=["bounces", "bounced_at"])
        if contact.bounces >= settings.MOST_BOUNCES:
            contact.stop_mail(_("It came back {n} times: {why}").format(n=contact.bounces, why=why))
        self.refresh_from_db()

    def stop_mail(self, why: str) -> None:
        """Nothing more is sent to this address, until somebody tries again or they write to us."""
        if self.no_mail_since is None:
            self.no_mail_since, self.no_mail_why = clock.now(), why[:300]
            self.save(update_fields=["no_mail_since", "no_mail_why"])

    def try_mail_again(self) -> None:
        """As if nothing had ever come back."""
        self.bounced_at = self.no_mail_since = None
        self.bounces, self.no_mail_why = 0, ""
        self.save(update_fields=["bounced_at", "no_mail_since", "bounces", "no_mail_why"])


class EnvironmentQuerySet(VisibleTo):
    def customers_share(self, actor: Any) -> Q:
        return Q(account__contacts__user=actor)


class Environment(models.Model):
    """One installation of the product at an account."""

    class Kind(models.TextChoices):
        PRODUCTION = "production", _("production")
        TEST = "test", _("test")

    account = models.ForeignKey(Account, models.CASCADE, related_name="environments")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.PRODUCTION)
    version = models.CharField(
        max_length=40, blank=True, help_text=_("The product version that runs there, as measured.")
    )
    region = models.CharField(max_length=40, blank=True)

    objects = EnvironmentQuerySet.as_manager()

    class Meta:
        ordering = ["account__name", "kind", "name"]
        constraints = [models.UniqueConstraint("account", "name", name="one_environment_per_name")]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """What an environment looked like at a moment; kept as versions, never changed."""

    environment = models.ForeignKey(Environment, models.CASCADE, related_name="snapshots")
    taken_at = models.DateTimeField(default=clock.now)
    content = models.JSONField(help_text=_("Setting names and values; secrets are redacted before they get here."))

    class Meta:
        ordering = ["-taken_at", "-pk"]
        indexes = [models.Index(fields=["environment", "-taken_at"], name="snapshots_newest_first")]
        constraints = [models.CheckConstraint(condition=~Q(content=None), name="snapshot_has_content")]
