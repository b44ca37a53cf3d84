"""What nobody need ask, because the account and the environment of a case say it."""

from collections.abc import Callable

from tandem.cases.models import Case

KNOWN: dict[str, Callable[[Case], object]] = {
    "tier": lambda case: case.account and case.account.get_tier_display(),
    "open_cases": lambda case: case.account and _other_open_cases(case),
    "environment": lambda case: case.environment and case.environment.name,
    "version": lambda case: case.environment and case.environment.version,
    "region": lambda case: case.environment and case.environment.region,
}


def measured(case: Case) -> dict[str, str]:
    """The measured facts of this moment, by key; what is empty is left out."""
    values = {key: read(case) for key, read in KNOWN.items()}
    return {key: str(value) for key, value in values.items() if value not in (None, "")}


def _other_open_cases(case: Case) -> int:
    return Case.objects.open().filter(account=case.account).exclude(pk=case.pk).count()
