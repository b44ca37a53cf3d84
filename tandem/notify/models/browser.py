import base64
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from py_vapid import Vapid02

from tandem.kit import clock, fetch, sealed
from tandem.kit.errors import Invalid
from tandem.kit.reachable import place
from tandem.people.visibility import VisibleTo

KEY, SECRET = "key of browser push", "secret of a browser"
MOST = 20


class NotABrowser(Invalid):
    """That is not how a browser says where it may be told: ask for it again on this page."""


class PushKeyManager(models.Manager["PushKey"]):
    @transaction.atomic
    def current(self) -> "PushKey":
        """Made when it is first asked for. Sealed with another TANDEM_SECRET_KEY, it is made anew: browsers ask again."""
        key = self.filter(retired_at=None).first()
        if key and key.opens:
            return key
        if key:
            self.filter(pk=key.pk).update(retired_at=clock.now())
            Browser.objects.standing().update(ended_at=clock.now(), ended_why=Browser.Why.KEY)
        self.bulk_create([PushKey(**_fresh())], ignore_conflicts=True)
        return self.get(retired_at=None)


def _fresh() -> dict[str, str]:
    vapid = Vapid02()
    vapid.generate_keys()
    numbers = vapid.private_key.private_numbers()
    return {
        "private": sealed.seal(_text(numbers.private_value.to_bytes(32, "big")), purpose=KEY),
        "public": _text(
            b"\x04" + numbers.public_numbers.x.to_bytes(32, "big") + numbers.public_numbers.y.to_bytes(32, "big")
        ),
    }


class PushKey(models.Model):
    """What proves to a push service that it is we who tell a browser something (VAPID, RFC 8292)."""

    name = models.CharField(max_length=8, default="push")
    public = models.CharField(max_length=100)
    private = models.TextField()
    made_at = models.DateTimeField(default=clock.now, editable=False)
    retired_at = models.DateTimeField(null=True)

    objects = PushKeyManager()

    class Meta:
        constraints = [models.UniqueConstraint("name", condition=Q(retired_at=None), name="one_current_push_key")]

    @property
    def opens(self) -> bool:
        try:
            return bool(sealed.opened(self.private, purpose=KEY))
        except sealed.CannotOpen:
            return False

    def signs(self, audience: str) -> str:
        """The header that says who calls this push service, good for half a day."""
        until = int(clock.real().timestamp()) + 12 * 3600
        vapid = Vapid02.from_raw(sealed.opened(self.private, purpose=KEY).encode())
        return vapid.sign({"aud": audience, "sub": f"mailto:{settings.MAIL_FROM}", "exp": until})["Authorization"]


class BrowserQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self.filter(user=actor)

    def standing(self) -> Self:
        return self.filter(ended_at=None)


class BrowserManager(models.Manager.from_queryset(BrowserQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def begin(self, *, endpoint: str, p256dh: str, auth: str, label: str = "") -> "Browser":
        """sam.browsers.begin(endpoint="https://…", …): where this browser is told. Raises `NotABrowser`, `NoAddress`, `Inside`.

        An address another person was told at before is theirs no more: they share a computer.
        """
        fetch.check(endpoint)
        _must_be_keys(p256dh, auth)
        there = place(endpoint)
        if there.scheme != "https" and not settings.FETCH_ALLOW:
            raise NotABrowser
        Browser.objects.standing().filter(endpoint=endpoint).update(ended_at=clock.now(), ended_why=Browser.Why.AGAIN)
        kept = self.standing().order_by("-pk").values("pk")[: MOST - 1]
        self.standing().exclude(pk__in=list(kept.values_list("pk", flat=True))).update(
            ended_at=clock.now(), ended_why=Browser.Why.AGAIN
        )
        secret = sealed.seal(auth, purpose=SECRET)
        return self.create(endpoint=endpoint, p256dh=p256dh, auth=secret, label=label[:120], host=there.host)


def _must_be_keys(p256dh: str, auth: str) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(p256dh))
        if len(bytes_of(auth)) != 16:
            raise NotABrowser
    except ValueError:
        raise NotABrowser from None


class Browser(models.Model):
    """A browser of somebody's that is told what happens, until they, or its push service, end it."""

    class Why(models.TextChoices):
        BY_HAND = "by_hand", "ended by hand"
        GONE = "gone", "its push service knows it no more"
        REFUSED = "refused", "its push service refuses us"
        KEY = "key", "our key is another"
        AGAIN = "again", "asked for again"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="browsers")
    endpoint = models.CharField(max_length=2000)
    host = models.CharField(max_length=253)
    p256dh = models.CharField(max_length=120)
    auth = models.TextField()
    label = models.CharField(max_length=120, blank=True)
    began_at = models.DateTimeField(default=clock.now, editable=False)
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=8, choices=Why, blank=True)

    objects = BrowserManager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("endpoint", condition=Q(ended_at=None), name="one_person_at_a_browser"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="browser_ended_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["user"], name="browsers_of_person", condition=Q(ended_at=None))]

    @property
    def secret(self) -> str:
        return sealed.opened(self.auth, purpose=SECRET)

    def end(self, why: str = Why.BY_HAND) -> None:
        Browser.objects.standing().filter(pk=self.pk).update(ended_at=clock.now(), ended_why=why)


class Interruption(models.Model):
    """A person was interrupted once, be it by one thing or by many at once: what their hour's budget is counted by."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="interruptions")
    at = models.DateTimeField(default=clock.now, editable=False)
    things = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["user", "-at"], name="interruptions_of_person")]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
