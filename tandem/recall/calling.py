"""Cases by what one calls them: their number, or words of their title."""

from typing import Any

from django.db.models import Exists, OuterRef

from tandem.cases.models import Case, Link
from tandem.cases.models.case import CaseQuerySet
from tandem.recall.candidates import beginning, newest, newest_matching
from tandem.resolve.models import Workaround


def numbered(words: str, actor: Any) -> Case | None:
    """The case with that number: “1041”, “#1041”."""
    if not (number := number_in(words)):
        return None
    return with_signs(Case.objects.visible_to(actor).with_people()).filter(number=number).first()


def number_in(words: str) -> int:
    """0 of what is none."""
    told = words.strip().removeprefix("#")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0


def with_signs(cases: CaseQuerySet) -> Any:
    """With `is_parent`: others wait for it, and `has_workaround`: one that holds."""
    return cases.annotate(
        is_parent=Exists(Link.objects.to_parents().filter(other=OuterRef("pk"))),
        has_workaround=Exists(Workaround.objects.holding().filter(case=OuterRef("pk"))),
    )


def lately_called(words: str, actor: Any, *, most: int) -> list[Case]:
    """With these words in their title, the newest first; the last word may be only begun."""
    if not (query := beginning(words)):
        return []
    cases = Case.objects.visible_to(actor)
    keys = newest_matching(cases, query, most=most, upto=newest(Case))
    found = cases.with_people().in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]
