"""Where views are kept: made, changed, shared, copied, deleted and brought back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.kit.addresses import url
from tandem.kit.errors import Invalid
from tandem.people.http import DeskView
from tandem.queue import counts, forms
from tandem.queue.models import SavedView
from tandem.queue.page import Queue, address


class SavedViewsView(DeskView):
    """All one sees; a new one, of what the queue shows."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "")[:500]
        return self.show(forms.SavedViewForm(initial={"text": text} if text else None))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.SavedViewForm(request.POST)
        if form.is_valid():
            layout = Queue(request.user, {"view": request.POST.get("view", "")}).layout.layout
            try:
                view = SavedView.objects.save_as(**form.cleaned_data, **layout, by=request.user)
                return redirect(address(view=str(view.pk)))
            except Invalid as refusal:
                form.add_error(None, refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: forms.SavedViewForm, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        views = Queue(actor).views
        found = counts.of({view.pk: view.text for view in views}, actor)
        told = [(view, counts.told(found.get(view.pk)), view.may_be_changed_by(actor)) for view in views]
        return render(self.request, "queue/view/index.html", {"form": form, "views": told}, status=status)


class SavedViewView(DeskView):
    """One view, to be changed by whoever may."""

    view: SavedView

    def find(self, pk: int, **kwargs: Any) -> None:
        actor: Any = self.request.user
        self.view = get_object_or_404(self.among().visible_to(actor), pk=min(pk, (1 << 63) - 1))

    def among(self) -> Any:
        return SavedView.objects.standing().select_related("owner", "team")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        told = {name: getattr(self.view, name) for name in forms.SavedViewForm.base_fields}
        return self.show(forms.SavedViewForm(initial={**told, "team": self.view.team and self.view.team.slug}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.view.must_be_theirs(request.user)
        form = forms.SavedViewForm(request.POST)
        if form.is_valid():
            try:
                self.view.change(**form.cleaned_data, by=request.user)
                return redirect("saved_views")
            except Invalid as refusal:
                form.add_error(None, refusal.sentence)
                self.view.refresh_from_db()
        return self.show(form, status=422)

    def show(self, form: forms.SavedViewForm, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        told = {"view": self.view, "form": form, "may_change": self.view.may_be_changed_by(actor)}
        return render(self.request, "queue/view/page.html", told, status=status)


class ActView(SavedViewView):
    http_method_names = ["post"]


class QueryView(ActView):
    """What the queue shows now is what the view asks from now on, and how it is shown."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        queue = Queue(request.user, {"view": str(pk), "q": request.POST.get("q", "")})
        self.view.change(text=queue.text, **queue.layout.layout, by=request.user)
        return redirect(address(view=str(pk)))


class CopyView(ActView):
    """A view of one's own like this one."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        copy = self.view.copy(by=request.user)
        return redirect(url("saved_view", copy.pk))


class RemovalView(ActView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.view.remove(by=request.user)
        return redirect(address(removed=str(pk)))


class ReturnView(ActView):
    def among(self) -> Any:
        return SavedView.objects.exclude(removed_at=None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.view.bring_back(by=request.user)
        return redirect(address(view=str(pk)))
