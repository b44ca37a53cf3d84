"""Where rules are written, rehearsed, and switched on and off."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.automate import acting, forms, seeing
from tandem.automate.editing import Editor
from tandem.automate.models import Macro, NeverRehearsed, NotWritten, Rehearsal, Rule, Run
from tandem.automate.waiting import WAITINGS, when_says
from tandem.automate.writing import checked_condition, checked_when
from tandem.cases.forms import numbers_in
from tandem.cases.http import ConditionCheckView
from tandem.cases.sentences import SENTENCES, in_general
from tandem.kit.errors import Invalid
from tandem.people.http import DeskView
from tandem.people.roles import Can

RUNS, VERSIONS = 20, 20


class AutomationView(DeskView):
    """All rules and macros there are, and what they did of late."""

    def get(self, request: HttpRequest) -> HttpResponse:
        actor: Any = request.user
        rules = Rule.objects.visible_to(actor).standing().with_waiting().in_order().select_related("switched_on_by")
        wrongs = seeing.wrong_by_now([rule.condition for rule in rules])
        context = {
            "rules": rules,
            "wrongs": dict(zip([rule.pk for rule in rules], wrongs, strict=True)),
            "macros": Macro.objects.offered_to(actor).select_related("team", "owner"),
            "runs": Run.objects.visible_to(actor).with_counts().select_related("by")[:RUNS],
            "writes": actor.may(Can.AUTOMATE),
        }
        return render(request, "automate/index.html", context)


class RuleView(DeskView):
    """A rule as it is written, and a new one."""

    needs = Can.AUTOMATE
    rule: Rule | None = None

    def find(self, pk: int = 0, **kwargs: Any) -> None:
        if pk:
            rows = Rule.objects.visible_to(self.request.user).standing().select_related("switched_on_by")
            self.rule = get_object_or_404(rows, pk=pk)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.as_written()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form, editor = forms.RuleForm(request.POST), Editor(by=request.user, posted=request.POST)
        if editor.again:
            return self.page(forms.RuleForm(initial=request.POST.dict()), editor)
        if form.is_valid():
            try:
                told = {**form.cleaned_data, "acts": editor.doings, "by": request.user}
                if self.rule:
                    self.rule.change(**told)
                return redirect("rule", self.rule.pk if self.rule else Rule.objects.write(**told).pk)
            except Invalid as wrong:
                form.add_error(None, wrong.sentence)
        return self.page(form, editor, status=422)

    def as_written(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """As it was written last: with a rule that is on, that may still wait."""
        told: dict[str, Any] = {}
        if self.rule:
            newest = self.rule.newest
            told = {word: getattr(newest, word) for word in newest.DOES}
            told |= {"name": self.rule.name, "place": self.rule.place}
        editor = Editor(by=self.request.user, kept=told.get("acts", ()))
        return self.page(forms.RuleForm(initial=told), editor, status=status, **more)

    def page(self, form: Any, editor: Editor, *, status: int = 200, **more: Any) -> HttpResponse:
        actor: Any = self.request.user
        context = {"form": form, "editor": editor, "rule": self.rule, "writes": actor.may(Can.AUTOMATE), **completion()}
        context |= more
        if self.rule:
            context |= self._around(self.rule)
        return render(self.request, "automate/rule/page.html", context, status=status)

    def _around(self, rule: Rule) -> dict[str, Any]:
        versions, by = (
            list(rule.versions.select_related("changed_by")[:VERSIONS]),
            rule.switched_on_by or self.request.user,
        )
        newest = versions[0]
        wrong, waiting_wrong = seeing.wrong_by_now([rule.condition, newest.condition])
        return {
            "wrong": wrong,
            "waiting_wrong": waiting_wrong,
            "says": acting.known(rule.acts, by=by),
            "newest": newest,
            "waiting": newest if newest.number != rule.version else None,
            "waiting_says": acting.known(newest.acts, by=by),
            "versions": [(version, acting.plainly(version.acts)) for version in versions],
            "runs": Run.objects.filter(rule_version__rule=rule).with_counts().select_related("by")[:RUNS],
            "rehearsal": Rehearsal.objects.filter(version__rule=rule).select_related("version").first(),
        }


def completion() -> dict[str, Any]:
    """What one can write: verbs, times that pass, and what a condition may speak of."""
    return {
        "verbs": {verb: in_general(verb) for verb in sorted(SENTENCES) if not verb.startswith("run.")},
        "waitings": WAITINGS,
        "variables": seeing.variables(),
    }


class RuleCheckView(ConditionCheckView):
    """Of a rule: also of when it looks."""

    needs = Can.AUTOMATE

    def says(self, told: Mapping[str, str]) -> str:
        when, span = told.get("when", ""), told.get("span", "")
        with suppress(NotWritten):
            return when_says(*checked_when(when, span))
        return ""

    def wrong(self, told: Mapping[str, str]) -> list[str]:
        wrong = []
        for check in (
            lambda: checked_when(told.get("when", ""), told.get("span", "")) if told.get("when") else None,
            lambda: checked_condition(told.get("condition", "")),
        ):
            try:
                check()
            except NotWritten as error:
                wrong.append(error.sentence)
        return wrong


class SwitchView(RuleView):
    """On with the version that was shown, or off: `on` says which. What nobody rehearsed is asked for once more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        assert self.rule
        told = request.POST
        if not told.get("on"):
            self.rule.switch_off(by=request.user)
            return redirect("rule", pk)
        version = numbers_in([told.get("version", "")])
        try:
            unrehearsed = bool(told.get("unrehearsed"))
            self.rule.switch_on(by=request.user, version=version[0] if version else None, unrehearsed=unrehearsed)
        except NeverRehearsed as asks:
            return self.as_written(status=asks.status, asks=asks.sentence)
        return redirect("rule", pk)


class RuleVersionView(RuleView):
    """What a former version did, once more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, number: int, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        assert self.rule
        get_object_or_404(self.rule.versions, number=number)
        self.rule.use_again(number, by=request.user)
        return redirect("rule", pk)


class RuleRetirementView(RuleView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        assert self.rule
        self.rule.retire(by=request.user)
        return redirect("automation")


class RehearsalsView(RuleView):
    """What it would have done in the last thirty days."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        assert self.rule
        rehearsal = self.rule.newest.rehearsals.begin(by=request.user)
        return redirect("rehearsal", rehearsal.pk)


class RehearsalView(DeskView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Rehearsal.objects.visible_to(request.user).select_related("version__rule__switched_on_by", "by")
        rehearsal = get_object_or_404(rows, pk=pk)
        context = {
            "rehearsal": rehearsal,
            "says": acting.known(rehearsal.version.acts, by=rehearsal.by),
            "of_today": seeing.of_today(rehearsal.version.condition),
            "found": [{**one, "at": datetime.fromisoformat(one["at"])} for one in rehearsal.found],
        }
        return render(request, "automate/rule/rehearsal.html", context)
