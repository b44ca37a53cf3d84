"""What one may do by name about who is told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.acts import Undo, act, undoes
from tandem.cases.acts.fields import Person
from tandem.cases.models import Case
from tandem.notify import colleagues
from tandem.people.models import User
from tandem.people.roles import Can


@act("watch", _("Let somebody watch"), _("let {who} watch it"), needs=Can.WORK, asks={"who": Person(label=_("Who"))})
def watch(case: Case, *, by: Any, who: Any) -> Undo:
    watched = case.watches.standing().filter(watched_by=who).exists()
    case.watches.begin(by=who)
    return {"who": who.pk, "watched": watched}


@undoes("watch")
def watch_no_more(case: Case, *, by: Any, told: Undo) -> None:
    if not told["watched"]:
        case.watches.end(by=User.objects.get(pk=told["who"]))


@act(
    "tell",
    _("Tell a colleague"),
    _("tell {who}: {words}"),
    needs=Can.WORK,
    stays=_("They were told already. Tell them that it is otherwise."),
    asks={"who": Person(label=_("Who")), "words": forms.CharField(label=_("What"), max_length=colleagues.LONGEST)},
)
def tell(case: Case, *, by: Any, who: Any, words: str) -> None:
    colleagues.tell(case, who, by=by, words=words)
