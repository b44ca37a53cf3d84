"""The list a case was opened from: one of the queue, Now, or what was found."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.desk import now
from tandem.kit.addresses import url
from tandem.queue import among
from tandem.queue.among import Among
from tandem.recall.views import AMONG as SEARCH


def of(request: HttpRequest, case: Case) -> Among | None:
    """As the address tells, or the form of a page that was opened from there."""
    told = (request.GET.get("among") or request.POST.get("among", "")).replace("\x00", " ")
    order, _tilde, after = told.partition("~")
    if order == SEARCH:
        return _of_search(after)
    return _of_now(case, after, request.user) if order == now.NAME else among.of(told, case, request.user)


def _of_search(words: str) -> Among:
    """What is found has no order that one could walk along: only the way back."""
    return Among(_("Search: {words}").format(words=words), f"{url('search')}?{urlencode({'q': words})}")


def _of_now(case: Case, after: str, actor: Any) -> Among:
    """What presses changes its order by itself: so the address tells which came next."""
    numbers = now.numbers(actor)
    others = [number for number in numbers if number != case.number]
    at = _place(numbers, others, case.number, after)
    earlier, later = others[:at][-1:], others[at:][:1]
    return Among(
        _("Now"),
        url("desk"),
        _("{place} of {count}").format(place=at + 1, count=len(numbers)) if case.number in numbers else "",
        *(now.href(one[0], numbers) if one else "" for one in (earlier, later)),
    )


def _place(numbers: Sequence[int], others: list[int], number: int, after: str) -> int:
    """Before the one that came next; else the one it has; and where both are gone one begins anew with what presses most."""
    if after in (told := [*map(str, others)]):
        return told.index(after)
    if number in numbers:
        return numbers.index(number)
    return 0 if after else len(others)
