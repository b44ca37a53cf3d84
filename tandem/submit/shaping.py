"""The pages on which a manager says what reports ask."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tandem.kit.errors import Refused
from tandem.kit.slugs import short_names
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.submit import differences
from tandem.submit.forms import ReportForm
from tandem.submit.models import ReportTemplate
from tandem.submit.reporting import Unreadable, read

MOST_VERSIONS = 100
BLANK = """label:
kind: other
about:
sections:
  - title:
    fields:
      - key: since
        label: Since when
        ask: When did you first see it?
        kind: time
"""


class TemplatesView(DeskView):
    """Every template as it is asked now."""

    needs = Can.SHAPE

    def get(self, request: HttpRequest) -> HttpResponse:
        templates = ReportTemplate.objects.current()
        words = {"templates": templates.values(), "may_shape": _may_shape(request)}
        words["may_make_keys"] = request.user.may(Can.ADMINISTER)  # type: ignore[union-attr]
        return render(request, "submit/shaping/index.html", words)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin a template of another realm, under a name of its own."""
        return redirect("report_template", next(short_names(request.POST.get("realm", ""), otherwise="new", most=40)))


class TemplateView(DeskView):
    """One template: its text with what is wrong with it and how it will look beside, and its history."""

    needs = Can.SHAPE
    realm: str

    def find(self, realm: str, **kwargs: Any) -> None:
        self.realm = realm

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        now = ReportTemplate.objects.current().get(self.realm)
        return self.show(source=now.source if now else BLANK, after=now.version if now else 0)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        source, after = request.POST.get("source", ""), request.POST.get("after", "")
        because = request.POST.get("because", "")
        try:
            made = ReportTemplate.objects.publish(
                self.realm, source=source, by=request.user, because=because, after=_number(after)
            )
        except Refused as refusal:
            words = {"source": source, "after": after, "because": because, "refusal": refusal.sentence}
            return self.show(status=refusal.status, **words)
        messages.success(request, _("Published. Reports ask this from now on ({version}).").format(version=made.says))
        return redirect("report_template", self.realm)

    def show(self, *, source: str, after: Any, status: int = 200, **more: Any) -> HttpResponse:
        history = ReportTemplate.objects.filter(realm=self.realm).select_related("published_by")
        words = {"realm": self.realm, "source": source, "after": after, "history": history[:MOST_VERSIONS]}
        words["may_shape"] = _may_shape(self.request)
        return render(self.request, "submit/shaping/edit.html", {**words, **checked(source), **more}, status=status)


class CheckView(TemplateView):
    """What is wrong with a text, or how it will look; nothing is kept, so whoever reads a template may try it."""

    needs = Can.WORK
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        source = request.POST.get("source", "")
        words = {"realm": self.realm, "source": source, "may_shape": _may_shape(request)}
        return render(request, "submit/shaping/_check.html", words | checked(source, answers=request.POST))


class VersionView(TemplateView):
    """One version as it was, what it changed, and the way back to it."""

    version: ReportTemplate

    def find(self, realm: str, **kwargs: Any) -> None:
        super().find(realm)
        self.version = ReportTemplate.objects.of(realm, version=kwargs["version"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        older = ReportTemplate.objects.filter(realm=self.realm, version__lt=self.version.version).first()
        now = ReportTemplate.objects.of(self.realm)
        words = {
            "realm": self.realm,
            "version": self.version,
            "older": older,
            "now": now,
            "may_shape": _may_shape(request),
            "lines": differences.lines(older.source if older else "", self.version.source),
        }
        return render(request, "submit/shaping/version.html", words)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask it again: the same text as a new version."""
        because = _("Back to {version}").format(version=self.version.says)
        ReportTemplate.objects.publish(self.realm, source=self.version.source, by=request.user, because=because)
        messages.success(request, _("Reports ask the same as then again."))
        return redirect("report_template", self.realm)


def _may_shape(request: Any) -> bool:
    return request.user.may(Can.SHAPE)


def checked(source: str, *, answers: Any = None) -> dict[str, Any]:
    """`wrong`, or the `form` as a customer would see it with these answers."""
    try:
        read(source.replace("\r\n", "\n").strip() + "\n")
    except Unreadable as error:
        return {"wrong": error.sentences}
    row = ReportTemplate(realm="preview", version=0, source=source.replace("\r\n", "\n").strip() + "\n")
    begun = {name: value for name, value in (answers or {}).items() if name != "source"}
    return {"form": ReportForm(actor=None, draft=begun, row=row, auto_id="preview-%s")}


def _number(told: str) -> int | None:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else None
