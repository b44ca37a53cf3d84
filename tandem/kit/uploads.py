"""Files people choose in a form: several at once, within limits that are said before."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.kit import files

MOST = 10


class Several(forms.ClearableFileInput):
    """`kit/js/files.js` says the limits before anything is sent; here they hold."""

    allow_multiple_selected = True

    def build_attrs(self, base_attrs: dict, extra_attrs: dict | None = None) -> dict:
        limits = {"multiple": True, "data-most": MOST, "data-largest": settings.UPLOAD_LIMIT}
        return super().build_attrs(base_attrs, {**limits, **(extra_attrs or {})})


class FilesField(forms.FileField):
    """A list of uploaded files, each within the limit; empty if none was chosen."""

    widget = Several

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Files"))
        kwargs.setdefault("help_text", lazy(limits, str)())
        super().__init__(required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        told = [file for file in (data if isinstance(data, list) else [data]) if file]
        if len(told) > MOST:
            raise forms.ValidationError(_("At most {n} files at once.").format(n=MOST))
        if too_large := [file.name for file in told if file.size > settings.UPLOAD_LIMIT]:
            raise forms.ValidationError(_("“{name}” is too large. {limits}").format(name=too_large[0], limits=limits()))
        if empty := [file.name for file in told if not file.size]:
            raise forms.ValidationError(_("“{name}” is empty. Leave it out, or choose it again.").format(name=empty[0]))
        return [super(FilesField, self).clean(file, initial) for file in told]


def limits() -> str:
    return _("Up to {n} files of {size} MB each.").format(n=MOST, size=settings.UPLOAD_LIMIT // 1_000_000)


def keep(uploaded: Iterable[UploadedFile]) -> list[files.Stored]:
    """Put them where they stay, before any row names them."""
    return [files.store(file.chunks(), name=file.name or "") for file in uploaded]


class Bounded:
    """A request that is longer than all files and words we take together is turned away before its body is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if told.isdigit() and int(told) > MOST * settings.UPLOAD_LIMIT + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return HttpResponse(limits(), status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
