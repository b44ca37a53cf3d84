from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tandem.kit import clock, live, written
from tandem.kit.errors import Invalid, NotAllowed, Refused
from tandem.kit.later import later
from tandem.kit.text import one_line
from tandem.kit.zones import is_time_zone
from tandem.people.roles import GRANTS, Can, Role
from tandem.people.visibility import VisibleTo


class SomebodysAddress(Refused):
    """A colleague has this address already."""


class CustomersAddress(Refused):
    """This address is a customer's. Welcome them by another address of theirs: what was written from this one stays a customer's word."""


class NotLikeThat(Invalid):
    """A colleague has a name, an address and one of our roles."""


class LastAdministrator(Refused):
    """Nobody could administer any more: make another colleague an administrator first."""


class Oneself(Refused):
    """You cannot retire yourself: another administrator can."""


class RetiredAlready(Refused):
    """They have retired: bring them back first."""


LONGEST = 120
OUR_ROLES = [role for role in Role.values if role != Role.CONTACT]


class UserQuerySet(VisibleTo):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def of_the_house(self) -> "UserQuerySet":
        """Everybody who works here or did: never a customer, whatever their address is used for."""
        return self.exclude(role=Role.CONTACT)

    def colleagues(self) -> "UserQuerySet":
        """Everybody who works here, as against customers."""
        return self.active().exclude(role=Role.CONTACT)

    def named_like(self, part: str) -> "UserQuerySet":
        """With these letters in their name or address; of none, all."""
        told = one_line(part, most=200)
        return self.filter(Q(name__icontains=told) | Q(email__icontains=told)) if told else self

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

    @transaction.atomic
    def invite(
        self,
        email: str,
        *,
        name: str,
        role: str,
        by: "User | None",
        teams: Iterable[Any] = (),
        password: str | None = None,
    ) -> "User":
        """User.objects.invite("kim@tandem.example", name="Kim Roy", role="support", by=ada): a colleague, and a mail with the way in.

        `by` nobody: at the command line. Raises `SomebodysAddress`, `CustomersAddress`, `NotLikeThat`.
        """
        if by:
            by._hold(by)
        if role not in OUR_ROLES or not name.strip():
            raise NotLikeThat
        try:
            user = self.imagine(
                one_line(email, most=255), name=one_line(name, most=LONGEST + 1), role=role, password=password
            )
        except ValidationError as error:
            raise NotLikeThat(" ".join(error.messages)) from None
        if not written.insert_once(user):
            raise _refusal_of(self.get(email=user.email))
        user.teams.set(teams)  # type: ignore[attr-defined]
        user._remember("welcomed", by=by)
        later("people.show_the_way_in", user=user.pk)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.lower())


class User(AbstractBaseUser):
    """Somebody who acts: a customer's contact or one of us."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=LONGEST)
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
    def change(self, *, by: "User", name: str, role: str, teams: Iterable[Any]) -> None:
        """What they are called, may do and are in. Raises `LastAdministrator`, `NotLikeThat`."""
        _must_administer(by)
        if not (name := one_line(name, most=LONGEST + 1)) or len(name) > LONGEST or role not in OUR_ROLES:
            raise NotLikeThat
        self.take_role(role, by=by)  # first: it takes its locks in one order
        self.name = name
        self.save(update_fields=["name"])
        self.teams.set(teams)  # type: ignore[attr-defined]

    @transaction.atomic
    def retire(self, *, by: "User | None" = None) -> None:
        """From now on this person cannot come in; sessions, tokens and open streams end.

        Raises `Oneself`, `LastAdministrator`.
        """
        if self == by:
            raise Oneself
        others = self._hold(by)
        if not self.is_active:
            return
        if self.role == Role.ADMINISTRATOR and not others:
            raise LastAdministrator
        self.is_active = False
        self.set_unusable_password()  # with which all sessions end, also if they are brought back
        self.save(update_fields=["is_active", "password"])
        self._revoke_tokens()
        self._remember("retired", by=by)
        live.end_streams_of(self.pk)

    @transaction.atomic
    def bring_back(self, *, by: "User | None" = None) -> None:
        """As they were, but for their tokens and their password: they come in by a code."""
        self._hold(by)
        if self.is_active:
            return
        self.is_active = True
        self.save(update_fields=["is_active"])
        self._remember("back", by=by)

    @transaction.atomic
    def take_role(self, role: str, *, by: "User | None" = None) -> None:
        """Raises `LastAdministrator`."""
        others = self._hold(by)
        if (was := self.role) == role:
            return
        if self.is_active and was == Role.ADMINISTRATOR and not others:
            raise LastAdministrator
        self.role = role
        self.full_clean()
        self.save(update_fields=["role"])
        if role == Role.ADMINISTRATOR:  # what a program was trusted with was less
            self._revoke_tokens()
        self._remember("role", by=by, was=was)
        live.end_streams_of(self.pk)

    @transaction.atomic
    def show_the_way_in(self, *, by: "User | None" = None) -> None:
        """Once more by mail. A password they had is forgotten: they come in by a code, and may choose a new one."""
        self._hold(by)
        if not self.is_active:
            raise RetiredAlready
        if self.has_usable_password():
            self._remember("password", by=by)
        self.set_unusable_password()  # of those who have none, too: a new one that fits nothing ends their sessions
        self.save(update_fields=["password"])
        later("people.show_the_way_in", user=self.pk)

    def _hold(self, by: "User | None") -> list["User"]:
        """The administrators there are besides, none of whom retires or becomes something else before we are done."""
        _must_administer(by)
        ruling = Q(role=Role.ADMINISTRATOR, is_active=True)
        held = list(User.objects.filter(ruling | Q(pk=self.pk)).order_by("pk").select_for_update(no_key=True))
        for row in held:
            if row.pk == self.pk:
                self.role, self.is_active, self.password = row.role, row.is_active, row.password
        if by and by not in [row for row in held if row.may(Can.ADMINISTER)]:
            raise NotAllowed  # retired or demoted meanwhile
        return [row for row in held if row.may(Can.ADMINISTER) and row.pk != self.pk]

    def _revoke_tokens(self) -> None:
        self.tokens.standing().update(revoked_at=clock.now())  # type: ignore[attr-defined]

    def _remember(self, kind: str, *, by: "User | None", was: str = "") -> None:
        self.role_changes.create(kind=kind, role=self.role, was=was, changed_by=by)  # type: ignore[attr-defined]


def _must_administer(by: User | None) -> None:
    if by is not None:
        by.must_be_able_to(Can.ADMINISTER)


def _refusal_of(known: User) -> Refused:
    if known.is_customer:
        return CustomersAddress()
    words = (
        _("{name} has this address already.")
        if known.is_active
        else _("{name} has this address, and has retired: bring them back instead.")
    )
    return SomebodysAddress(words.format(name=known.name))
