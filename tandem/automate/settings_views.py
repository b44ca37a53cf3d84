"""All that is settled as one file: out, and in after one has read what would change."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tandem.kit import portable
from tandem.kit.errors import Refused
from tandem.people.http import DeskView
from tandem.people.roles import Can


class FileForm(forms.Form):
    """A file, or its text as it was checked."""

    file = forms.FileField(label=_("File of settings (YAML)"), required=False)
    text = forms.CharField(required=False, strip=False, max_length=portable.LONGEST, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if file := told.get("file"):
            told["text"] = file.read(portable.LONGEST * 4 + 1).decode("utf-8", errors="replace")
        if not told.get("text") and not self.errors:
            self.add_error("file", _("Choose a file first."))
        return told


class SettingsFileView(DeskView):
    """The page: take out, bring in. Without `apply` it is only said what would change."""

    needs = needs_to_read = Can.ADMINISTER

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(FileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, status=422)
        text, applied = form.cleaned_data["text"], "apply" in request.POST
        try:
            told = (portable.take if applied else portable.check)(text, by=request.user)
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
            return self.page(form, status=422)
        return self.page(FileForm(initial={"text": text}), told=told, text=text, applied=applied, read=True)

    def page(self, form: FileForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {"form": form, "names": list(portable.PORTABLES), **more}
        return render(self.request, "automate/settings.html", context, status=status)


class SettingsExportView(DeskView):
    needs_to_read = Can.ADMINISTER
    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(portable.exported(), content_type="application/yaml; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="tandem-settings.yaml"'
        return response
