"""Where macros are written, and used on a case."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from tandem.automate import forms, panels
from tandem.automate.editing import Editor
from tandem.automate.models import Macro
from tandem.cases.http import PanelView
from tandem.kit.errors import Invalid
from tandem.people.http import DeskView


class MacroView(DeskView):
    """A macro as it is written, and a new one."""

    macro: Macro | None = None

    def find(self, pk: int = 0, **kwargs: Any) -> None:
        if pk:
            rows = Macro.objects.offered_to(self.request.user).select_related("team", "owner")
            self.macro = get_object_or_404(rows, pk=pk)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        macro, actor = self.macro, request.user
        form = forms.MacroForm(initial={"name": macro.name, "whom": _whom(macro)} if macro else None, by=actor)
        return self.page(form, Editor(by=actor, kept=macro.acts if macro else ()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form, editor = forms.MacroForm(request.POST, by=request.user), Editor(by=request.user, posted=request.POST)
        if editor.again:
            return self.page(forms.MacroForm(initial=request.POST.dict(), by=request.user), editor)
        if form.is_valid():
            try:
                told = {**form.told, "acts": editor.doings, "by": request.user}
                (self.macro.change if self.macro else Macro.objects.write)(**told)
                return redirect("automation")
            except Invalid as wrong:
                form.add_error(None, wrong.sentence)
        return self.page(form, editor, status=422)

    def page(self, form: Any, editor: Editor, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        context = {
            "form": form,
            "editor": editor,
            "macro": self.macro,
            "writes": not self.macro or self.macro.may_be_changed_by(actor),
            "versions": self.macro.versions.select_related("changed_by")[:20] if self.macro else (),
        }
        return render(self.request, "automate/macro/page.html", context, status=status)


def _whom(macro: Macro) -> str:
    if macro.owner_id:
        return forms.MacroForm.ME
    return macro.team.slug if macro.team else forms.MacroForm.ALL


class MacroRetirementView(MacroView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        assert self.macro
        self.macro.retire(by=request.user)
        return redirect("automation")


class CaseMacrosView(PanelView):
    """The macros one may use here."""

    panel = panels.macros


class CaseMacroView(CaseMacrosView):
    """One of them: what it would do here, in its exact words; and doing it."""

    macro: Macro

    def find(self, number: int, pk: int = 0, **kwargs: Any) -> None:
        super().find(number=number)
        self.macro = get_object_or_404(Macro.objects.offered_to(self.request.user), pk=pk)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(**panels.preview(self.macro, self.case, request.user))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        run = self.macro.use([self.case], by=request.user)
        if "HX-Request" not in request.headers:
            return redirect(reverse("run", args=[run.pk]))
        self.case.refresh_from_db()
        return self.show(run=run, steps=run.steps.all())
