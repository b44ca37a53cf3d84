"""What an escalation lacked, named so that the next one of its kind has it."""

from collections.abc import Iterable

from django.utils.text import slugify

from tandem.cases.models import Case
from tandem.escalate.package import Check
from tandem.intake import realms
from tandem.kit.text import one_line


def choices(case: Case) -> list[tuple[str, str]]:
    """What can be chosen as missing: the checks of a package, then the facts its realm knows."""
    lines = [(line.key, str(line.label)) for line in realms.lines(case.realm) if line.ask]
    checks = [(check.value, str(check.label)) for check in Check]
    return checks + [(key, label) for key, label in lines if key not in Check.values]


def lacking_of(case: Case, told: Iterable[str]) -> list[dict[str, str]]:
    """[{"key", "label"}] of keys that can be chosen, and of anything else in words; each once."""
    known = dict(choices(case))
    rows = [_named(known, line) for words in told if (line := one_line(words, most=80))]
    return list({row["key"]: row for row in rows}.values())


def _named(known: dict[str, str], words: str) -> dict[str, str]:
    if words in known:
        return {"key": words, "label": known[words]}
    return {"key": slugify(words, allow_unicode=True).replace("-", "_")[:40] or "other", "label": words}
