from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tandem.kit import clock, live, tokens, written
from tandem.kit.errors import NotAllowed
from tandem.kit.zones import is_time_zone
from tandem.people.roles import GRANTS, Can, Role
from tandem.people.visibility import VisibleTo


class UserQuerySet(VisibleTo):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def of_the_house(self) -> "UserQuerySet":
        """Everybody who works here or did: never a customer, whatever their address is used for."""
        return self.exclude(role=Role.CONTACT)

    def colleagues(self) -> "UserQuerySet":
        """Everybody who works here, as against customers."""
        return self.active().exclude(role=Role.CONTACT)

    def who_can(self, act: Can) -> "UserQuerySet":
        return self.active().filter(role__in=[role for role, acts in GRANTS.items() if act in acts])

    def customers_share(self, actor: Any) -> Q:
        return Q(pk=actor.pk)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def welcome(self, email: str, *, name: str = "", role: str = Role.CONTACT, password: str | None = None) -> "User":
        """Make a user. Without a password they can only come in by a code sent to their address.

        Raises ValidationError for what cannot be theirs, IntegrityError for an address that is somebody's.
        """
        return written.insert(self.imagine(email, name=name, role=role, password=password))

    def imagine(self, email: str, *, name: str, role: str = Role.CONTACT, password: str | None = None) -> "User":
        """A user who is not kept yet. Raises ValidationError for what cannot be theirs."""
        user: User = self.model(email=email.strip().lower(), name=name.strip() or email.split("@")[0], role=role)
        user.set_password(password)
        user.clean_fields(exclude=["password"])
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.lower())


class User(AbstractBaseUser):
    """Somebody who acts: a customer's contact or one of us."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.CONTACT)
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        default="",
        db_default="",
        validators=[is_time_zone],
        help_text=_("As in the tz database, “Europe/Lisbon”; empty: as in the house."),
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_address_in_lower_case"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        ]
        # Customers are many, colleagues few, and asked for by a part of their name.
        indexes = [models.Index(fields=["name"], condition=~Q(role="contact"), name="users_of_the_house")]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def initials(self) -> str:
        words = self.name.split() or ["?"]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    @property
    def is_colleague(self) -> bool:
        """One of us: support, engineering, management, administration."""
        return self.is_active and self.role != Role.CONTACT

    @property
    def is_customer(self) -> bool:
        return self.role == Role.CONTACT

    @property
    def side(self) -> str:
        """On which side of a case they stand, as the ball knows sides."""
        sides: dict[str, str] = {Role.CONTACT: "customer", Role.ENGINEER: "engineering"}
        return sides.get(self.role, "support")

    def may(self, act: Can) -> bool:
        return self.is_active and act in GRANTS[self.role]

    def must_be_able_to(self, act: Can) -> None:
        """Refuse, in a sentence, what is not part of this person's role."""
        if not self.may(act):
            raise NotAllowed(
                _("As {role} you cannot {act}. Ask a manager if you should.").format(
                    role=self.get_role_display(), act=act.value
                )
            )

    @transaction.atomic
    def retire(self) -> None:
        """From now on this person cannot come in; sessions, tokens and open streams end."""
        self.is_active = False
        self.save(update_fields=["is_active"])
        self.tokens.standing().update(revoked_at=clock.now())
        live.end_streams_of(self.pk)

    @transaction.atomic
    def take_role(self, role: str) -> None:
        self.role = role
        self.full_clean()
        self.save(update_fields=["role"])
        live.end_streams_of(self.pk)


class Team(models.Model):
    """People who share a queue: a support shift, an engineering team, a desk cases are handed off to."""

    class Kind(models.TextChoices):
        SUPPORT = "support", _("Support")
        ENGINEERING = "engineering", _("Engineering")
        OTHER = "other", _("Another department")

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    members = models.ManyToManyField(User, related_name="teams", blank=True)
    signature = models.TextField(blank=True, help_text=_("Stands below what the team writes, in mail only."))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["support", "engineering", "other"]), name="team_kind_known")
        ]

    def __str__(self) -> str:
        return self.name


class TokenQuerySet(models.QuerySet["Token"]):
    def standing(self) -> "TokenQuerySet":
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()))


class TokenManager(models.Manager.from_queryset(TokenQuerySet)):  # type: ignore[misc]
    def issue(self, *, name: str, scopes: list[str], expires_at: datetime | None = None) -> tuple["Token", str]:
        """user.tokens.issue(name="ci", scopes=["read"]) → the row, and the secret, which is never seen again."""
        secret = tokens.fresh()
        row = self.create(name=name, scopes=scopes, expires_at=expires_at, fingerprint=tokens.fingerprint(secret))
        return row, secret

    def owner_of(self, secret: str) -> "Token | None":
        found = self.standing().select_related("user").filter(fingerprint=tokens.fingerprint(secret)).first()
        return found if found and found.user.is_active else None


class Token(models.Model):
    """A key for a program that acts for a person, no further than its scopes."""

    class Scope(models.TextChoices):
        READ = "read", _("Read what the person may see")
        WRITE = "write", _("Act as the person")

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenManager()

    class Meta:
        ordering = ["-created_at", "-pk"]
