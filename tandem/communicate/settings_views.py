"""Where managers shape what is often written: templates, and what stands below a team's mails."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.communicate import forms
from tandem.communicate.models import Template
from tandem.communicate.variables import VARIABLES
from tandem.kit.errors import Invalid
from tandem.people.http import DeskView
from tandem.people.models import Team
from tandem.people.roles import Can


class WordsView(DeskView):
    """A page with the form of a template."""

    needs = Can.SHAPE_WORDS

    def keep(self, request: HttpRequest, write: Callable[..., Any]) -> HttpResponse:
        """Have it written as typed, or show what is wrong with it."""
        form = forms.TemplateForm(request.POST)
        if form.is_valid():
            try:
                write(**form.cleaned_data, by=request.user)
                return redirect("templates")
            except Invalid as refusal:
                form.add_error(None, refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: forms.TemplateForm, *, status: int = 200) -> HttpResponse:
        raise NotImplementedError

    def page(self, name: str, form: forms.TemplateForm, *, status: int, **more: Any) -> HttpResponse:
        actor: Any = self.request.user
        context = {"form": form, "variables": VARIABLES, "shapes": actor.may(Can.SHAPE_WORDS), **more}
        return render(self.request, f"communicate/template/{name}.html", context, status=status)


class TemplatesView(WordsView):
    """All of them with a preview; a new one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(forms.TemplateForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.keep(request, Template.objects.write)

    def show(self, form: forms.TemplateForm, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        templates = Template.objects.visible_to(actor).standing().select_related("team", "changed_by")
        signatures = [(team, forms.SignatureForm(initial={"signature": team.signature})) for team in Team.objects.all()]
        return self.page("index", form, status=status, templates=templates, signatures=signatures)


class TemplateView(WordsView):
    template: Template

    def find(self, pk: int, **kwargs: Any) -> None:
        actor: Any = self.request.user
        self.template = get_object_or_404(Template.objects.visible_to(actor).standing(), pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        told = {name: getattr(self.template, name) for name in ("name", "team", "body")}
        return self.show(forms.TemplateForm(initial=told))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.keep(request, self.template.change)

    def show(self, form: forms.TemplateForm, *, status: int = 200) -> HttpResponse:
        return self.page("page", form, status=status, template=self.template)


class RetirementView(TemplateView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.template.retire(by=request.user)
        return redirect("templates")


class SignatureView(DeskView):
    needs = Can.SHAPE_WORDS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        team = get_object_or_404(Team, pk=pk)
        form = forms.SignatureForm(request.POST)
        if form.is_valid():
            team.signature = form.cleaned_data["signature"]
            team.save(update_fields=["signature"])
        return redirect("templates")
