"""What people may ask about the technical area of a case."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.cases.query.words import NotUnderstood, must_be_told, word
from tandem.intake import realms


def _known(begun: str, actor: Any) -> list[tuple[str, str]]:
    """By the name people know them by."""
    known = ((realm.slug, str(realm.label)) for realm in realms.all())
    return [(slug, label) for slug, label in known if begun.lower() in f"{slug} {label.lower()}"]


@word("realm", _("the technical area, by name or by its short name"), ["none"], _known)
def realm(value: str, actor: Any) -> Q:
    must_be_told(value, "realm")
    if (told := value.lower()) == "none":
        return Q(realm="")
    slug = next((known.slug for known in realms.all() if told in (known.slug, str(known.label).lower())), told)
    # What is no realm any more may still be that of cases.
    if realms.get(slug) is None and not Case.objects.filter(realm=slug).exists():
        there_are = ", ".join(known.slug for known in realms.all())
        raise NotUnderstood(
            gettext("There is no realm “{name}”. There are: {known}.").format(name=value, known=there_are)
        )
    return Q(realm=slug)
