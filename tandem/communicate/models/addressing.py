"""Who is written to: everybody who takes part and wants mail, the reporter in To and the others in Cc, unless told."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case, Participant
from tandem.kit.errors import Invalid


class Place(models.TextChoices):
    TO = "to", _("To")
    CC = "cc", _("Cc")


class NobodyAddressed(Invalid):
    """Leave at least one person in it; what nobody should get is a note among us."""


class NotHearing(Invalid):
    """Only people who take part in this case and want our mail can be written to."""


# Which person, by the participant's id, stands where; who is not in it is left out.
Addressed = Mapping[int, str]


def taking_part(case: Case) -> list[Participant]:
    """The reporter first."""
    rows = case.participants.standing().select_related("user__contact")
    return sorted(rows, key=lambda one: one.user_id != case.reporter_id)


def hearing(case: Case) -> list[Participant]:
    return [one for one in taking_part(case) if one.no_mail_since is None]


def places(case: Case, people: Sequence[Any]) -> dict[int, str]:
    """Where each of them stands when nobody says otherwise. Somebody is always in To."""
    told = {one.pk: Place.CC.value for one in people}
    first = next((one.pk for one in people if one.user_id == case.reporter_id), next(iter(told), None))
    return told | ({first: Place.TO.value} if first else {})


def addressed(case: Case, told: Addressed | None) -> list[tuple[Participant, str]]:
    """Each person who gets a mail, and where they stand in it. Whoever stopped our mail meanwhile is left out."""
    people = hearing(case)
    chosen = places(case, people) if told is None else told
    return [(one, chosen[one.pk]) for one in people if one.pk in chosen]


def chosen(case: Case, to: list[Any], cc: list[Any]) -> dict[int, str]:
    """From addresses as a person or a program tells them. Raises `NotHearing`, `NobodyAddressed`."""
    known = {one.user.email: one.pk for one in hearing(case)}
    told = {**dict.fromkeys(cc, Place.CC.value), **dict.fromkeys(to, Place.TO.value)}
    if not told:
        raise NobodyAddressed
    if unknown := [address for address in told if address.lower() not in known]:
        raise NotHearing(_("{address} does not take part in this case, or wants no mail.").format(address=unknown[0]))
    return {known[address.lower()]: place for address, place in told.items()}
