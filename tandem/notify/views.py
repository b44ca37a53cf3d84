"""What one is told, and how one says what one wants to be told."""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.cases.audience import Audience
from tandem.cases.http import CaseView, PanelView
from tandem.cases.models import Case
from tandem.kit import clock, say, zones
from tandem.notify import explain, forms, listing, panels
from tandem.notify.models import Calm, Notice, Way
from tandem.notify.models.mention import offered
from tandem.people.http import DeskView
from tandem.people.models import User

AT_A_GLANCE = 8


class WatchView(PanelView):
    """Watch a case, or mute it."""

    panel = panels.watching

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows: dict[str, Any] = {"watch": self.case.watches, "mute": self.case.mutes}
        what = rows.get(request.POST.get("what", "watch"))
        if what is None:
            raise Http404
        what.end(by=request.user) if "end" in request.POST else what.begin(by=request.user)
        return self.show()


class WatchButtonView(CaseView):
    """The button at the head of the case."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        it = self.case.watches
        it.end(by=request.user) if "end" in request.POST else it.begin(by=request.user)
        return self._show() if "HX-Request" in request.headers else redirect("case", self.case.number)

    def _show(self) -> HttpResponse:
        watches_it = self.case.watches.standing().filter(watched_by=self.request.user).exists()
        return render(self.request, "notify/watch/_button.html", {"case": self.case, "watches_it": watches_it})


class MentionsView(CaseView):
    """Whom a note on this case may call, to be offered while it is typed."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        word, audience = request.GET.get("q", "")[:40], request.GET.get("audience", Audience.SUPPORT)
        if audience not in (Audience.SUPPORT, Audience.RESTRICTED):
            return JsonResponse({"found": []})
        return JsonResponse({"found": offered(word, self.case, audience)})


class NoticesView(DeskView):
    """All I am told; what I have not read first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows, shows_all = Notice.objects.visible_to(request.user), request.GET.get("show") == "all"
        before = request.GET.get("before", "")
        told, earlier = listing.page(
            rows.filter(desk=True) if shows_all else rows.unread(), before=int(before) if _is_key(before) else None
        )
        context = {"groups": told, "earlier": earlier, "shows_all": shows_all, "later": forms.LATER}
        return render(request, "notify/notice/index.html", context)


class LatestView(DeskView):
    """The newest of what I have not read, to open over any page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        told, _earlier = listing.page(Notice.objects.visible_to(request.user).unread())
        return render(
            request, "notify/notice/_latest.html", {"groups": told[:AT_A_GLANCE], "more": len(told) > AT_A_GLANCE}
        )


class BellView(DeskView):
    """How much that is, for pages that keep it true."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "notify/notice/_bell.html")


class ReadingView(DeskView):
    """I have read it, or have not after all."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form, at = forms.TheseForm(request.POST, actor=request.user), clock.now()
        if not form.is_valid():
            raise Http404
        if "again" in request.POST:
            request.user.notices.unread_again(form.cleaned_data["notice"])
            return redirect("notices")
        count = request.user.notices.read(**form.these(), at=at)
        if request.headers.get("X-Background"):
            return HttpResponse(status=204)
        if count:
            says = ngettext("{n} thing is marked as read.", "{n} things are marked as read.", count).format(n=count)
            messages.success(request, says, reverse("notice_reading_undo", args=[at.isoformat()]))
        return where_one_was(request)


class ReadingUndoView(DeskView):
    """All that was read in that moment was not, after all."""

    def post(self, request: HttpRequest, at: str) -> HttpResponse:
        request.user.notices.unread_again(read_at=_moment(at))
        return where_one_was(request)


class DeferralView(DeskView):
    """Not now: it comes back by itself."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.TheseForm(request.POST, actor=request.user)
        if not form.is_valid():
            raise Http404
        until = form.later()
        if put_off := request.user.notices.put_off(until, **form.these())[: listing.PAGE]:
            keys = "-".join(map(str, put_off))
            says = _("Put off until {at}.").format(at=say.moment(until))
            messages.success(request, says, reverse("notice_deferral_undo", args=[keys]))
        return where_one_was(request)


class DeferralUndoView(DeskView):
    """Now, after all."""

    def post(self, request: HttpRequest, keys: str) -> HttpResponse:
        request.user.notices.back_at_once(int(key) for key in keys.split("-")[: listing.PAGE] if _is_key(key))
        return where_one_was(request)


class NoticeView(DeskView):
    """Why I was told, by which ways, and how I would not be again."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = listing.whole(Notice.objects.visible_to(request.user))
        notice = get_object_or_404(rows, pk=pk)
        context = {"notice": notice, "case": notice.case.read_on, "ways": explain.ways(notice)}
        return render(request, "notify/notice/page.html", context)


class WhyView(DeskView):
    """Why I was told of what happened on a case, and why not."""

    def get(self, request: HttpRequest) -> HttpResponse:
        number, person = request.GET.get("case", ""), cast(User, request.user)
        seen = Case.objects.visible_to(person)
        case = seen.filter(number=int(number)).first() if _is_key(number) else None
        answers = explain.about(case.read_on, person) if case else []
        context = {"number": number, "case": case, "answers": answers}
        return render(request, "notify/notice/why.html", context)


class SettingsView(DeskView):
    """What I want to be told, by which ways, and when I am left alone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(forms.CalmForm(instance=Calm.objects.of(request.user)))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "time_zone" in request.POST:
            zone = forms.ZoneForm(request.POST, instance=cast(User, request.user))
            if not zone.is_valid():
                return self._show(forms.CalmForm(instance=Calm.objects.of(request.user)), zone=zone, status=422)
            zone.keep()
        elif "table" in request.POST:
            for (kind, way), wanted in forms.wanted(request.POST).items():
                request.user.notice_preferences.want(kind, way, wanted=wanted)
        else:
            form = forms.CalmForm(request.POST, instance=Calm.objects.of(request.user))
            if not form.is_valid():
                return self._show(form, status=422)
            form.save()
        messages.success(request, _("Kept."))
        return redirect("notice_settings")

    def _show(self, form: forms.CalmForm, *, zone: forms.ZoneForm | None = None, status: int = 200) -> HttpResponse:
        user = self.request.user
        context = {
            "form": form,
            "zone_form": zone or forms.ZoneForm(instance=cast(User, user)),
            "zones": zones.offered(),
            "house": settings.TIME_ZONE,
            "table": user.notice_preferences.table(),
            "ways": list(Way),
            "calm": Calm.objects.of(user),
            "browsers": list(user.browsers.standing()),
            "hints": user.unhinted.table(),
        }
        return render(self.request, "notify/preference/page.html", context, status=status)


def where_one_was(request: HttpRequest) -> HttpResponse:
    """The list, of the unread or of all, or the few that opened over any page."""
    if request.headers.get("HX-Target") == "latest-body":
        return redirect("notices_latest")
    return redirect(f"{reverse('notices')}?show=all" if request.POST.get("show") == "all" else "notices")


def _moment(word: str) -> datetime:
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        raise Http404 from None
    if at.tzinfo is None:
        raise Http404
    return at


def _is_key(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 19
