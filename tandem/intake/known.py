"""What nobody need ask, because the account and the environment of a case say it."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.cases.models import Case
from tandem.kit import say
from tandem.signals.models import Deploy, components_of

LATELY = timedelta(days=1)
MOST = 5

KNOWN: dict[str, Callable[[Case], object]] = {
    "tier": lambda case: case.account and case.account.get_tier_display(),
    "open_cases": lambda case: case.account and _other_open_cases(case),
    "environment": lambda case: case.environment and case.environment.name,
    "version": lambda case: case.environment and case.environment.version,
    "region": lambda case: case.environment and case.environment.region,
    "components": lambda case: case.environment and _components(case),
    "deploys": lambda case: case.environment and _deploys(case),
}


def measured(case: Case) -> dict[str, str]:
    """The measured facts of this moment, by key; what is empty is left out."""
    values = {key: read(case) for key, read in KNOWN.items()}
    return {key: str(value) for key, value in values.items() if value not in (None, "")}


def _components(case: Case) -> str:
    """How what the installation depends on is: “Exports: slow since Tue 11:02 CET”, or that all works."""
    components = list(components_of(case.environment))
    says = _("{name}: {state} since {at}")
    troubled = [
        says.format(name=one.name, state=one.get_state_display(), at=say.kept(one.state_since))
        for one in components
        if not one.is_ok
    ]
    works = ngettext("{n} component, it works", "all {n} components work", len(components)).format(n=len(components))
    return "; ".join(troubled[:MOST]) or (works if components else "")


def _deploys(case: Case) -> str:
    """What became another version in the day before it was reported, newest first."""
    begun = case.opened_at
    deploys = Deploy.objects.during(begun - LATELY, begun).reaching(case.environment).select_related("component")
    says = _("{what}, {span} before the report")
    return "; ".join(says.format(what=one, span=say.duration(begun - one.at)) for one in deploys[:MOST])


def _other_open_cases(case: Case) -> int:
    return Case.objects.open().filter(account=case.account).exclude(pk=case.pk).count()
