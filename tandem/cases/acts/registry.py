"""Acts by their names. Each is a verb on a manager, with what it asks for, what it needs, and how it is undone.

    @act("give_to", _("Give to"), _("give it to {to}"), asks={"to": Person(…)}, needs=Can.STEER)
    def give(case, *, by, to): …

What is asked for is told in plain words (an address, a short name, a number), so that the same words stand in a form, in
JSON and in YAML. The function returns, as plain JSON, what `undoes` needs to undo it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tandem.cases import ledger
from tandem.cases.acts.fields import Asked, named, plain, shown
from tandem.kit.errors import Invalid, Refused
from tandem.people.roles import Can

Undo = dict[str, Any]
Words = str | Promise
Undoing = Callable[..., None]


class AsItWas(Refused):
    """It is so already."""


class ChangedSince(Refused):
    """Somebody changed this since, so it stays as it is now."""


class Stays(Refused):
    """This cannot be undone."""


class NoSuchAct(Invalid):
    """There is no act of this name."""


@dataclass(frozen=True)
class Act:
    """`label` heads its form; `says` is what it does to a case, with what is asked for in braces: “give it to {to}”.

    `stays` says why it cannot be undone. `speaks`: the customer hears of it.
    """

    name: str
    label: Words
    says: Words
    needs: Can
    do: Callable[..., Undo | None] = field(repr=False)
    asks: Mapping[str, forms.Field] = field(default_factory=dict, repr=False)
    stays: Words = ""
    speaks: bool = False
    undo: Undoing | None = field(default=None, repr=False)

    def form(self, told: Any = None, *, by: Any, **kwargs: Any) -> Asked:
        """What it asks for, as a person who may do it fills it in."""
        return type("ActForm", (Asked,), dict(self.asks))(told, by=by, **kwargs)

    def understood(self, told: Mapping[str, Any], *, by: Any) -> dict[str, Any]:
        """What it is done with: people, teams and times, from plain words. Raises `Invalid` with what is wrong."""
        if unknown := sorted(set(map(str, told)) - set(self.asks)):
            raise Invalid(_("“{act}” does not ask for “{name}”.").format(act=self.label, name=unknown[0][:80]))
        form = self.form(dict(told), by=by)
        if form.is_valid():
            return form.cleaned_data
        name, wrong = next(iter(form.errors.items()))
        label = named(form.fields[name], name) if name in form.fields else name
        raise Invalid(_("{act}: {name}: {wrong}").format(act=self.label, name=label, wrong=wrong[0]))

    def plain(self, told: Mapping[str, Any], *, by: Any) -> dict[str, Any]:
        """The same as plain words to keep, in the order it asks. Raises `Invalid`."""
        understood = self.understood(told, by=by)
        return {name: word for name in self.asks if (word := plain(told.get(name), understood[name])) not in ("", None)}

    def sentence(self, told: Mapping[str, Any], *, by: Any) -> str:
        """“give it to Erin Haas”. Raises `Invalid`."""
        understood = self.understood(told, by=by)
        form = self.form(by=by)
        words = {name: shown(form.fields[name], understood[name]) for name in self.asks}
        return str(self.says).format_map(words)

    def done(self, case: Any, *, by: Any, told: Mapping[str, Any]) -> Undo | None:
        """Do it on this case. What undoes it, or None if nothing can. Raises `Refused`."""
        by.must_be_able_to(self.needs)
        return self.do(case, by=by, **self.understood(told, by=by))

    def undone(self, case: Any, *, by: Any, told: Undo | None) -> None:
        """Raises `Refused`, also for what stays as it is."""
        by.must_be_able_to(self.needs)
        if self.undo is None or told is None:
            raise Stays(str(self.stays))
        with ledger.because(**{ledger.WAY_BACK: True}):
            self.undo(case, by=by, told=told)


ACTS: dict[str, Act] = {}


def act(
    name: str,
    label: Words,
    says: Words,
    *,
    needs: Can,
    asks: Mapping[str, forms.Field] | None = None,
    stays: Words = "",
    speaks: bool = False,
) -> Callable[[Callable[..., Undo | None]], Callable[..., Undo | None]]:
    """Above `def give(case, *, by, to)`, which refuses in a sentence what cannot be; `AsItWas` where nothing is to do."""

    def keep(do: Callable[..., Undo | None]) -> Callable[..., Undo | None]:
        ACTS[name] = Act(name, label, says, needs, do, asks or {}, stays, speaks)
        return do

    return keep


def undoes(name: str) -> Callable[[Undoing], Undoing]:
    """Above `def take_back(case, *, by, told)`: `told` is what the act returned. Raises `ChangedSince`."""

    def keep(undo: Undoing) -> Undoing:
        ACTS[name] = replace(ACTS[name], undo=undo)
        return undo

    return keep


def get(name: str) -> Act:
    """Raises `NoSuchAct`."""
    if not isinstance(name, str) or name not in ACTS:
        raise NoSuchAct(_("There is no act “{name}”.").format(name=str(name)[:80]))
    return ACTS[name]
