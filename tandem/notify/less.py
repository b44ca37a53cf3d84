"""Less of what one is told, by one click: on the desk where it is told, and in a mail.

In a mail the word in the address is the whole right to do it, no session is asked.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from tandem.cases.models import Case
from tandem.notify import quieter
from tandem.notify.forms import TheseForm
from tandem.notify.letters import wanted_less
from tandem.notify.models import Calm, Kind, Way
from tandem.notify.views import where_one_was
from tandem.people.http import DeskView
from tandem.people.models import User


class LessView(DeskView):
    """Of a case, or of a kind; at once, with a way back."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TheseForm(request.POST, actor=request.user)
        case = form.these()["case"] if form.is_valid() else None
        taken = quieter.take(request.POST.get("what", ""), by=request.user, case=case)
        if taken is None:
            raise Http404
        messages.success(request, taken.says, reverse("notice_less_undo", args=[taken.back]) if taken.back else "")
        return where_one_was(request)


class LessUndoView(DeskView):
    """As it was before."""

    def post(self, request: HttpRequest, back: str) -> HttpResponse:
        if not quieter.give_back(back, by=request.user):
            raise Http404
        return where_one_was(request)


@method_decorator(csrf_exempt, name="dispatch")
class LessLinkView(View):
    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        return self._show(wanted_less(word), done=False)

    def post(self, request: HttpRequest, word: str) -> HttpResponse:
        """From the page, or from the mail program itself (RFC 8058)."""
        wish = wanted_less(word)
        if wish:
            _take(*wish, again="again" in request.POST)
        return self._show(wish, done="again" not in request.POST)

    def _show(self, wish: tuple[User, str] | None, *, done: bool) -> HttpResponse:
        says = wish and _says(*wish)
        if not says:
            return render(self.request, "kit/link_ended.html", status=404)
        response = render(self.request, "notify/notice/less.html", {"says": says, "done": done})
        response.headers["Cache-Control"] = "no-store"
        return response


def _says(user: Any, what: str) -> str:
    if what == "digest":
        return _("No more mails that tell {name} what happened.").format(name=user.name)
    if (kind := what.removeprefix("k.")) in Kind.values:
        return _("No more of this by mail: {kind}.").format(kind=Kind(kind).label)
    case = _case(user, what)
    return _("Case {number} is muted for {name}.").format(number=case.number, name=user.name) if case else ""


def _take(user: Any, what: str, *, again: bool) -> None:
    if what == "digest":
        calm = Calm.objects.of(user)
        calm.digest = Calm.Digest.DAILY if again else Calm.Digest.NEVER
        calm.save()
    elif (kind := what.removeprefix("k.")) in Kind.values:
        user.notice_preferences.want(kind, Way.MAIL, wanted=again)
    elif case := _case(user, what):
        case.mutes.end(by=user) if again else case.mutes.begin(by=user)


def _case(user: Any, what: str) -> Case | None:
    pk = what.removeprefix("c.")
    return Case.objects.visible_to(user).filter(pk=int(pk)).first() if pk.isdigit() else None
