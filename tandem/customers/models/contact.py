from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tandem.customers.models.account import Account
from tandem.kit import clock, prepared, written
from tandem.kit.errors import Invalid, Refused
from tandem.kit.text import one_line
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo


class NoAddress(Invalid):
    """We cannot write to this address: take another one."""


class ColleaguesAddress(Refused):
    """That is the address of a colleague: they are nobody's contact."""


class ContactOfAnother(Refused):
    """They are a contact of another customer: take them out there first."""


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

    @transaction.atomic
    def take_in(self, email: str, *, name: str = "", by: User) -> "Contact":
        """account.contacts.take_in("kim@northwind.example", by=max): what they report from now on is this customer's.

        What they reported before stays as it is. Raises `NoAddress`, `ColleaguesAddress`, `ContactOfAnother`.
        """
        by.must_be_able_to(Can.AGREE)
        email = one_line(email, most=255).lower()
        if User.objects.of_the_house().filter(email=email).exists():
            raise ColleaguesAddress
        met = self.model.objects.meet(email, name=one_line(name, most=120), account=self.instance)
        contact = self.model.objects.select_for_update().get(pk=met.pk)
        if contact.account_id not in (None, self.instance.pk):
            raise ContactOfAnother
        contact.account = self.instance
        contact.save(update_fields=["account"])
        return contact

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

    def leave(self, *, by: User) -> None:
        """What they report from now on is no customer's; their cases stay as they are."""
        by.must_be_able_to(Can.AGREE)
        Contact.objects.filter(pk=self.pk, account=self.account_id).update(
            account=None
        )  # unless another took them in since
        self.refresh_from_db(fields=["account"])

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
