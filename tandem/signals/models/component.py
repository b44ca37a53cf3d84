from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from tandem.kit import clock, live
from tandem.kit.errors import Refused
from tandem.people.visibility import VisibleTo
from tandem.signals import ledger
from tandem.signals.models.state import State

RESERVED = {"new"}  # words of our own addresses


class NameTaken(Refused):
    """Another component has this name or this word in its address."""


class Publishes(models.TextChoices):
    """Who decides what the public reads of a component."""

    AUTOMATIC = "automatic", _("at once, by itself")
    BY_HAND = "by_hand", _("when a person publishes it")


class ComponentQuerySet(VisibleTo):
    def troubled(self) -> Self:
        return self.exclude(state=State.OK)

    def of(self, environment: Any) -> Self:
        """What this installation depends on."""
        return self.filter(dependents__environment=environment)

    def meant_by(self, labels: dict[str, str]) -> Any:
        """The component an alert with these labels is about: named by `component`, else the closest match; None if none fits."""
        if named := self.filter(slug=labels.get("component", "")).first():
            return named
        fitting: list[Any] = list(self.exclude(match={}).filter(match__contained_by=labels))
        return max(fitting, key=lambda component: len(component.match), default=None)


class Component(models.Model):
    """A thing that can break, under the name customers know it by."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(
        max_length=80, unique=True, help_text=_("Alerts with the label component=… of this value are about it.")
    )
    description = models.CharField(
        _("description"), max_length=200, blank=True, help_text=_("What it does for customers, in their words.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    match = models.JSONField(
        _("matching labels"),
        default=dict,
        blank=True,
        help_text=_("Alerts that carry all of these labels are about it, too."),
    )
    publishes = models.CharField(_("publishes"), max_length=16, choices=Publishes, default=Publishes.AUTOMATIC)
    state = models.CharField(max_length=16, choices=State, default=State.OK, editable=False)
    state_since = models.DateTimeField(default=clock.now, editable=False)
    because = models.CharField(max_length=300, blank=True, editable=False)

    objects = ComponentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="component_state_known"),
            models.CheckConstraint(condition=Q(publishes__in=Publishes.values), name="component_publishes_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ok(self) -> bool:
        return self.state == State.OK

    def lock(self) -> Self:
        """Hold this row until the transaction ends, and know it as it is now."""
        self.refresh_from_db(from_queryset=Component.objects.select_for_update().order_by())  # type: ignore[arg-type]
        return self

    @transaction.atomic
    def settle(self) -> None:
        """Take the state that follows from what we know: what a person pinned, else the worst a firing alert asks."""
        self.lock()
        if pin := self.pins.standing().select_related("pinned_by").first():
            self.take_state(pin.state, because=pin.because, by=pin.pinned_by)
        elif alert := self.alerts.firing().worst():
            self.take_state(alert.asks, because=alert.says, alert=alert)
        else:
            self.take_state(State.OK)

    @transaction.atomic
    def take_state(self, state: str, *, because: str = "", alert: Any = None, by: Any = None) -> None:
        """Be in this state from now on. Nothing is told when only the reason is another."""
        self.lock()
        self.because = because[:300]
        if state != self.state:
            left, self.state, self.state_since = self.state, State(state), clock.now()
            self.state_changes.standing().update(until=self.state_since)
            self.state_changes.create(
                left=left,
                entered=state,
                at=self.state_since,
                because=self.because,
                alert=alert,
                changed_by=by,
            )
            ledger.tell("component.changed", self.pk)
        self.save(update_fields=["state", "state_since", "because"])
        self.look_different()

    @transaction.atomic
    def set_up(self, **columns: Any) -> Self:
        """Be named, matched and published so, new or known; alerts that are meant now are heard. Raises `NameTaken`."""
        for name, value in columns.items():
            setattr(self, name, value)
        if self.slug in RESERVED:
            raise NameTaken
        try:
            with transaction.atomic():
                self.save(update_fields=[*columns] if self.pk else None)
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
            raise NameTaken from None
        self.alerts.adopt()
        self.settle()
        ledger.tell("component.set_up", self.pk)
        return self

    @staticmethod
    def look_different() -> None:
        # Only to colleagues: customers see what is published, and are told when that changes.
        live.announce("components", "component", "symptom", "alert", audience="support")
