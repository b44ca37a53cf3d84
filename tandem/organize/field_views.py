"""The pages on which a manager says what fields cases have."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.cases.http import ConditionCheckView
from tandem.kit import conditions
from tandem.kit.errors import Invalid
from tandem.organize import forms
from tandem.organize.models import Field
from tandem.organize.models.field import understood, words, wrong_by_now
from tandem.people.http import DeskView
from tandem.people.roles import Can

MOST = 200


class FieldsView(DeskView):
    """All of them in their order; a new one."""

    needs = Can.ARRANGE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(forms.NewFieldForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.NewFieldForm(request.POST)
        if form.is_valid():
            try:
                Field.objects.write(by=request.user, **form.cleaned_data)
                return redirect("fields")
            except Invalid as refusal:
                form.add_error(None, refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: forms.NewFieldForm, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        fields = list(Field.objects.visible_to(actor).standing()[:MOST])
        wrongs = dict(zip([field.key for field in fields], wrong_by_now(fields), strict=True))
        context = {
            "fields": fields,
            "wrongs": wrongs,
            "form": form,
            "may_arrange": actor.may(Can.ARRANGE),
            "variables": words(fields),
        }
        return render(self.request, "organize/field/index.html", context, status=status)


class CheckView(ConditionCheckView):
    """Of a field; `of` is the key of one that is there."""

    needs = Can.ARRANGE

    def wrong(self, told: Mapping[str, str]) -> list[str]:
        key = self.request.GET.get("of") or told.get("key", "")
        return [conditions.wrong_with(conditions.tidy(told.get("applies_if", "")), partial(understood, key=key))]


class OrderView(DeskView):
    """One of them before the one above it."""

    needs = Can.ARRANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        keys, up = list(Field.objects.standing().values_list("key", flat=True)), request.POST.get("up", "")
        if up in keys and (place := keys.index(up)):
            keys[place - 1 : place + 1] = [up, keys[place - 1]]
            Field.objects.arrange(keys, by=request.user)
        return redirect("fields")


class FieldView(DeskView):
    """One of them as it is now, changed by a new version, and the versions before."""

    needs = Can.ARRANGE
    versions: list[Field]

    def find(self, key: str, **kwargs: Any) -> None:
        actor: Any = self.request.user
        rows = Field.objects.visible_to(actor).filter(key=key).select_related("written_by")
        self.versions = list(rows.order_by("-version")[:MOST])
        if not self.versions:
            get_object_or_404(rows)

    @property
    def field(self) -> Field:
        return self.versions[0]

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        names = ("label", "hint", "kind", "realm", "applies_if", "required_before", "audience")
        told = {name: getattr(self.field, name) for name in names} | {"choices": "\n".join(self.field.choices)}
        return self.show(forms.FieldForm(initial=told))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        form = forms.FieldForm(request.POST)
        if form.is_valid():
            try:
                Field.objects.write(key, by=request.user, **form.cleaned_data)
                return redirect("own_field", key)
            except Invalid as refusal:
                form.add_error(None, refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: forms.FieldForm, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        context = {
            "field": self.field,
            "key": self.field.key,
            "earlier": self.versions[1:],
            "wrong": wrong_by_now([self.field])[0],
            "form": form,
            "may_arrange": actor.may(Can.ARRANGE),
            "variables": words(Field.objects.visible_to(actor).standing().exclude(key=self.field.key)[:MOST]),
        }
        return render(self.request, "organize/field/page.html", context, status=status)


class RetirementView(FieldView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        if self.field.replaced_at is None:
            self.field.retire(by=request.user)
        return redirect("fields")
