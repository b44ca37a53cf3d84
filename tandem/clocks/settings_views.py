"""Where managers say how long things may take: calendars, and policies with a try before they are published."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tandem.cases.http import ConditionCheckView
from tandem.cases.models import Case
from tandem.clocks import past, preview, rules
from tandem.clocks.forms import CalendarForm, PolicyForm
from tandem.clocks.models import Calendar, Policy
from tandem.clocks.models.calendar import NameTaken, next_days_off
from tandem.clocks.models.policy import Of
from tandem.clocks.terms import Kind
from tandem.clocks.week import drawn
from tandem.kit import clock, conditions
from tandem.kit.bounded import bounded
from tandem.people.http import DeskView
from tandem.people.roles import Can

HOLIDAYS = 12


class AgreeView(DeskView):
    needs = Can.AGREE

    def page(self, name: str, *, status: int = 200, **told: Any) -> HttpResponse:
        actor: Any = self.request.user
        return render(self.request, f"clocks/{name}.html", {"shapes": actor.may(Can.AGREE), **told}, status=status)


class CalendarsView(AgreeView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(CalendarForm(initial={"name": "", "zone": timezone.get_default_timezone_name()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CalendarForm(request.POST)
        if form.is_valid():
            try:
                told = form.cleaned_data
                calendar = Calendar.objects.write(name=told["name"], hours=told["hours"], by=request.user)
                return redirect("calendar", calendar.pk)
            except NameTaken as refusal:
                form.add_error("name", refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: CalendarForm, *, status: int = 200) -> HttpResponse:
        rows = Calendar.objects.visible_to(self.request.user).standing()
        return self.page(
            "calendar/index", calendars=[(row, drawn(row.hours)) for row in rows], form=form, status=status
        )


class CalendarView(AgreeView):
    calendar: Calendar

    def find(self, pk: int, **kwargs: Any) -> None:
        rows = Calendar.objects.visible_to(self.request.user).standing().select_related("changed_by")
        self.calendar = get_object_or_404(rows, pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(CalendarForm.of(self.calendar))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = CalendarForm(request.POST)
        if form.is_valid():
            try:
                told = form.cleaned_data
                self.calendar.change(name=told["name"], hours=told["hours"], by=request.user)
                return redirect("calendar", pk)
            except NameTaken as refusal:
                form.add_error("name", refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: CalendarForm, *, status: int = 200) -> HttpResponse:
        hours = self.calendar.hours
        off = next_days_off(hours, timezone.localdate(clock.now()))[:HOLIDAYS]
        named = [(formats.date_format(each.day, "D j M Y"), each.name) for each in off]
        policies = self.calendar.policy_versions.current().select_related("policy")
        told = {"calendar": self.calendar, "hours": hours, "week": drawn(hours), "off": named, "policies": policies}
        return self.page("calendar/page", form=form, status=status, **told)


class CalendarRetirementView(CalendarView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.calendar.retire(by=request.user)
        return redirect("calendars")


class PoliciesView(AgreeView):
    def get(self, request: HttpRequest) -> HttpResponse:
        found = Policy.objects.visible_to(request.user).standing().with_versions()
        parts = [(of.label, of.value, [each for each in found if each[0].of == of]) for of in Of]
        wrongs = rules.wrong_by_now([version.rule for _policy, version in found])
        told = dict(zip([policy.pk for policy, _version in found], wrongs, strict=True))
        return self.page(
            "policy/index", parts=parts, wrongs=told, kinds=Kind, has_calendars=Calendar.objects.standing().exists()
        )


class PastView(AgreeView):
    """How it went, by month."""

    def get(self, request: HttpRequest) -> HttpResponse:
        with bounded():
            return self.page("policy/past", kinds=Kind, months=past.months())


class PolicyPage(AgreeView):
    """A form that can be tried before it is published."""

    of: str
    policy: Policy | None = None

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = PolicyForm(request.POST, of=self.of, is_new=self.policy is None)
        if not form.is_valid():
            return self.show(form, status=422)
        if "try" in request.POST:
            return self.show(form, tried=self.tried(form.cleaned_data))
        try:
            policy = self.publish(form.cleaned_data)
        except NameTaken as refusal:
            form.add_error("name", refusal.sentence)
            return self.show(form, status=422)
        return redirect("policy", policy.pk)

    def publish(self, told: dict[str, Any]) -> Policy:
        raise NotImplementedError

    def show(self, form: PolicyForm, *, status: int = 200, **told: Any) -> HttpResponse:
        raise NotImplementedError

    def tried(self, told: dict[str, Any]) -> dict[str, Any]:
        """What it would mean for the case that was named, or for the newest open ones."""
        team = told.get("team")
        slug = team.slug if team else ""
        among = preview.with_draft(
            preview.draft(name=told["name"], **told["terms"]), of=self.of, team=slug, policy=self.policy
        )
        number = self.request.POST.get("case", "").strip()
        if not number:
            return {"changes": preview.changes(among, preview.newest_open(self.request.user)), "most": preview.MOST}
        cases = Case.objects.visible_to(self.request.user).select_related("account", "environment", "reporter")
        case = cases.filter(number=int(number)).first() if number.isdecimal() and len(number) < 19 else None
        if case is None:
            return {"trouble": _("There is no case {number}.").format(number=number), "number": number}
        return {"changes": preview.of_case(among, case, all_of_it=True), "case": case, "number": number}


class PolicyCheckView(ConditionCheckView):
    needs = Can.AGREE

    def wrong(self, told: Mapping[str, str]) -> list[str]:
        return [conditions.wrong_with(conditions.tidy(told.get("rule", "")), rules.understood)]


class NewPolicyView(PolicyPage):
    def find(self, of: str, **kwargs: Any) -> None:
        if of not in Of.values:
            raise Http404
        self.of = of

    def get(self, request: HttpRequest, of: str) -> HttpResponse:
        return self.show(PolicyForm(of=of))

    def publish(self, told: dict[str, Any]) -> Policy:
        terms = told["terms"]
        return Policy.objects.write(name=told["name"], of=self.of, team=told.get("team"), by=self.request.user, **terms)

    def show(self, form: PolicyForm, *, status: int = 200, **told: Any) -> HttpResponse:
        return self.page("policy/page", form=form, of=Of(self.of), variables=rules.words(), status=status, **told)


class PolicyView(PolicyPage):
    policy: Policy

    def find(self, pk: int, **kwargs: Any) -> None:
        rows = Policy.objects.visible_to(self.request.user).standing().select_related("team")
        self.policy = get_object_or_404(rows, pk=pk)
        self.of = self.policy.of

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(PolicyForm.of(self.policy, self.policy.current))

    def publish(self, told: dict[str, Any]) -> Policy:
        self.policy.call(told["name"])
        self.policy.publish(by=self.request.user, **told["terms"])
        return self.policy

    def show(self, form: PolicyForm, *, status: int = 200, **told: Any) -> HttpResponse:
        versions = self.policy.policy_versions.select_related("published_by", "calendar")[:50]
        [wrong] = rules.wrong_by_now([self.policy.current.rule])
        told |= {"policy": self.policy, "versions": versions, "variables": rules.words(), "wrong": wrong}
        return self.page("policy/page", form=form, of=Of(self.of), status=status, **told)


class PolicyPositionView(PolicyView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.policy.move(up=request.POST.get("up") != "0", by=request.user)
        return redirect("policies")


class PolicyRetirementView(PolicyView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.policy.retire(by=request.user)
        return redirect("policies")
