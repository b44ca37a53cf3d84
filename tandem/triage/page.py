"""The triage page, drawn: the case with what it might be judged, and what one has just done with another."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tandem.cases import acts
from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.intake import realms
from tandem.triage.forms import TriageForm
from tandem.triage.models import Assessment, HandOff
from tandem.triage.suggesting import Suggestion, first_said, suggest
from tandem.triage.who import advised, speakers

WATCHED = 10
COUNTED = 100
LEFT = "left_triage"
"""In the session: what one did last to a case instead of judging it, and what undoes it."""
DONE = {
    "merge": _("{number} is read on another case now."),
    "hand_off": _("You handed {number} off."),
    "close": _("You closed {number}."),
}


def unjudged(actor: Any) -> CaseQuerySet:
    """Neither judged, nor put off on their side, nor on its way to another department."""
    handed_off = HandOff.objects.not_declined().filter(case=OuterRef("pk"))
    return Case.objects.visible_to(actor).unjudged().awake_for(actor).exclude(Exists(handed_off))


def page_of(request: HttpRequest, case: Case | None, *, status: int = 200, **more: Any) -> HttpResponse:
    """The triage page; `more` may bring the form with what is wrong in it."""
    watched = HandOff.objects.on_watch_of(request.user).select_related("case", "to_team")[:WATCHED]
    numbers = list(unjudged(request.user).order_by("number").values_list("number", flat=True)[:COUNTED])
    about = _about(request.user, case, **more) if case and case.in_queue else {}
    before = max((number for number in numbers if case and number < case.number), default=None)
    gone = _just_left(request)
    context = {"case": case, "gone": gone, "watched": watched, "count": len(numbers), "before": before, **about, **more}
    return render(request, "triage/page.html", context, status=status)


def _just_left(request: HttpRequest) -> dict[str, Any] | None:
    done, number = request.session.get(LEFT), number_in(request.GET.get("left", ""))
    if not number or not done or done["number"] != number:
        return None
    return {"number": number, "says": str(DONE[done["act"]]).format(number=number)}


def _about(actor: Any, case: Case, *, form: TriageForm | None = None, **more: Any) -> dict[str, Any]:
    said, people = first_said(case), speakers()
    suggestion = form.suggestion if form else suggest(case, said)
    advice = advised(case, people)
    owner = case.customer_owner_id or (advice.person.pk if advice else None)
    standing = case.assessments.standing().first()
    return {
        **{f"{name}_form": form_of(name, by=actor) for name in ("hand_off", "close")},
        "shown": standing.pk if standing else 0,
        "said": said,
        "facts": case.facts.table().rows,
        "suggestion": suggestion,
        "advice": advice,
        "reported": realms.get(case.realm),
        "form": form
        or TriageForm(people=people, suggestion=suggestion, initial=_initial(case, standing, suggestion, owner)),
    }


def _initial(
    case: Case, standing: Assessment | None, suggestion: Suggestion | None, owner: int | None
) -> dict[str, Any]:
    """As it was judged last; else the realm as known or suggested. Who judges looks at the scales themselves."""
    judged = {"impact": standing.impact, "urgency": standing.urgency} if standing else {}
    return {"realm": case.realm or (suggestion.realm if suggestion else ""), "owner": owner, **judged}


def form_of(act: str, told: Any = None, *, by: Any) -> Any:
    return acts.get(act).form(told, by=by, auto_id=f"triage-{act}-%s")


def left(after: int, before: str) -> str:
    """What was left for later, as it is carried in an address."""
    return f"{before}after={after}" if after else ""


def number_in(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
