import json
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.signals import forms, pages
from tandem.signals.models import Alert, Component, Dependency, Hook, State

BODY_LIMIT = 1_000_000  # bytes; Alertmanager sends about 1,000 for each alert


@method_decorator(csrf_exempt, name="dispatch")
class AlertmanagerView(View):
    """Keep what Alertmanager tells and say that we have it; a worker reads it."""

    def post(self, request: HttpRequest, key: str = "") -> HttpResponse:
        hook = Hook.objects.holding(key or _bearer(request))
        if hook is None:
            return _answer(HTTPStatus.NOT_FOUND if key else HTTPStatus.UNAUTHORIZED, "There is no such hook.")
        body = request.read(BODY_LIMIT + 1)
        if len(body) > BODY_LIMIT:
            return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Send up to {BODY_LIMIT} bytes; set max_alerts.")
        if not _is_json(body):
            return _answer(HTTPStatus.BAD_REQUEST, "This is not JSON.")
        hook.calls.take(body)
        return _answer(HTTPStatus.OK, "We have it.")


def _bearer(request: HttpRequest) -> str:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _answer(status: HTTPStatus, sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


class ComponentView(DeskView):
    """One component: its state, what its states mean, who depends on it, what happened."""

    component: Component

    def find(self, slug: str, **kwargs: Any) -> None:
        self.component = get_object_or_404(Component.objects.visible_to(self.request.user), slug=slug)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = HTTPStatus.OK, **wrong: Any) -> HttpResponse:
        context = pages.component(self.component, self.request.user) | wrong
        return render(self.request, "signals/component/page.html", context, status=status)

    def back(self) -> HttpResponse:
        return redirect("component", self.component.slug)


class PinView(ComponentView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.PinForm(request.POST)
        if not form.is_valid():
            return self.show(pin_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self.component.pins.put(by=request.user, **form.cleaned_data)
        return self.back()


class PinLiftView(ComponentView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        get_object_or_404(self.component.pins.standing()).lift(by=request.user)
        return self.back()


class EffectView(ComponentView):
    def post(self, request: HttpRequest, state: str, **kwargs: Any) -> HttpResponse:
        effect = self.component.effects.filter(state=state).first()
        form = forms.EffectForm(request.POST, instance=effect, state=state)
        if not form.is_valid():
            return self.show(wrong_effect=(state, form), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self.component.effects.word(State(state), by=request.user, **form.cleaned_data)
        return self.back()


class DependenciesView(ComponentView):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.DependencyForm(request.POST, component=self.component, actor=request.user)
        if not form.is_valid():
            return self.show(dependency_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self.component.dependents.create(environment=form.cleaned_data["environment"])
        return self.back()


class DependencyEndView(DeskView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        dependency = get_object_or_404(Dependency.objects.visible_to(request.user), pk=pk)
        dependency.delete()
        return redirect("component", dependency.component.slug)


class AlertEndView(DeskView):
    """A person knows that it is over."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        alert = get_object_or_404(Alert.objects.visible_to(request.user), pk=pk)
        alert.end(by=request.user)
        return redirect("component", alert.component.slug) if alert.component else redirect("components")


class ComponentSettingsView(DeskView):
    """Make a component, or change how it is named and matched."""

    needs = needs_to_read = Can.ADMINISTER
    component: Component | None = None

    def find(self, slug: str = "", **kwargs: Any) -> None:
        if slug:
            self.component = get_object_or_404(Component.objects.visible_to(self.request.user), slug=slug)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(forms.ComponentForm(instance=self.component))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ComponentForm(request.POST, instance=self.component)
        if not form.is_valid():
            return self.show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        form.instance.set_up(**form.cleaned_data)
        return redirect("component", form.instance.slug)

    def show(self, form: forms.ComponentForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
        context = {"form": form, "component": self.component}
        return render(self.request, "signals/component/settings.html", context, status=status)


class HooksView(DeskView):
    """The doors for monitoring systems. A secret is shown once, in the answer to making it."""

    needs = needs_to_read = Can.ADMINISTER

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(forms.HookForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.HookForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        hook, secret = Hook.objects.issue(by=request.user, **form.cleaned_data)
        return self.show(forms.HookForm(), issued=hook, secret=secret, status=HTTPStatus.CREATED)

    def show(self, form: forms.HookForm, *, status: int = HTTPStatus.OK, **issued: Any) -> HttpResponse:
        return render(self.request, "signals/hook/index.html", pages.hooks() | {"form": form} | issued, status=status)


class HookRevokeView(DeskView):
    needs = Can.ADMINISTER

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        hook = get_object_or_404(Hook.objects.visible_to(request.user).standing(), pk=pk)
        hook.revoke()
        messages.success(request, _("“{name}” is closed from now on.").format(name=hook.name))
        return redirect("hooks")
