import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.kit.slugs import short_names
from tandem.kit.text import one_line
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo


class NoName(Invalid):
    """A customer has a name, of at most 120 letters, and one of the known tiers."""


class NameTaken(Refused):
    """Another customer is called so: add the place or the unit to one of them."""


class NoDomain(Invalid):
    """A mail domain is what stands behind the @, as in northwind.example."""


class DomainOfEverybody(Invalid):
    """At that provider anybody has an address: it tells nothing of where somebody works."""


class DomainTaken(Refused):
    """That mail domain is another customer's."""


LONGEST = 120
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
OF_EVERYBODY = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "aol.com",
        "icloud.com",
        "me.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "t-online.de",
        "proton.me",
        "protonmail.com",
        "mail.com",
        "mail.ru",
        "yandex.ru",
        "qq.com",
        "163.com",
        "orange.fr",
        "free.fr",
        "libero.it",
    ]
)
"""The largest, so that nobody trusts all the world by mistake; far from all of them."""
LOCK = 0x616363  # “acc”


class AccountQuerySet(VisibleTo):
    def customers_share(self, actor: Any) -> Q:
        return Q(contacts__user=actor)

    def named_like(self, part: str) -> "AccountQuerySet":
        """With these letters in their name, or with this mail domain; of none, all."""
        told = one_line(part, most=200)
        return self.filter(Q(name__icontains=told) | Q(domains__contains=[told.lower()])) if told else self


class AccountManager(models.Manager.from_queryset(AccountQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def make(self, name: str, *, tier: str, by: User) -> "Account":
        """Account.objects.make("Northwind", tier="business", by=max). Its short name is made of its name, and stays."""
        by.must_be_able_to(Can.AGREE)
        name = _name(name, tier)
        _one_at_a_time()
        if self.filter(name__iexact=name).exists():
            raise NameTaken
        slugs = short_names(name, otherwise="customer", most=LONGEST)
        return self.create(
            name=name, slug=next(slug for slug in slugs if not self.filter(slug=slug).exists()), tier=tier
        )


class Account(models.Model):
    """The customer organisation."""

    class Tier(models.TextChoices):
        BASIC = "basic", _("Basic")
        BUSINESS = "business", _("Business")
        ENTERPRISE = "enterprise", _("Enterprise")

    name = models.CharField(max_length=LONGEST, unique=True)
    slug = models.SlugField(max_length=LONGEST, unique=True)
    tier = models.CharField(max_length=16, choices=Tier, default=Tier.BASIC)
    domains = ArrayField(
        models.CharField(max_length=253),
        default=list,
        blank=True,
        help_text=_("Mail domains an administrator has verified."),
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AccountManager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(Upper("name"), name="accounts_in_any_letters")]  # in whatever letters it is typed

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def change(self, *, name: str, tier: str, by: User) -> None:
        """Raises `NameTaken`, `NoName`."""
        by.must_be_able_to(Can.AGREE)
        name = _name(name, tier)
        _one_at_a_time()
        if Account.objects.filter(name__iexact=name).exclude(pk=self.pk).exists():
            raise NameTaken
        self.name, self.tier = name, tier
        self.save(update_fields=["name", "tier"])

    @transaction.atomic
    def trust(self, domains: Iterable[str], *, by: User) -> None:
        """Whoever proves to write from one of these mail domains is a contact of this customer from now on, if they are nobody's.

        Raises `NoDomain`, `DomainOfEverybody`, `DomainTaken`.
        """
        by.must_be_able_to(Can.ADMINISTER)
        wanted = list(dict.fromkeys(domain.strip().lower().removeprefix("@") for domain in domains if domain.strip()))
        if not all(DOMAIN.fullmatch(domain) for domain in wanted):
            raise NoDomain
        if OF_EVERYBODY & set(wanted):
            raise DomainOfEverybody
        _one_at_a_time()
        if other := Account.objects.filter(domains__overlap=wanted).exclude(pk=self.pk).first():
            raise DomainTaken(_("One of these mail domains is {name}'s.").format(name=other.name))
        self.domains = wanted
        self.save(update_fields=["domains"])


def _name(told: str, tier: str) -> str:
    name = one_line(told, most=LONGEST + 1)
    if not name or len(name) > LONGEST or tier not in Account.Tier.values:
        raise NoName
    return name


def _one_at_a_time() -> None:
    """Names and domains are nobody else's also if two are given at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
