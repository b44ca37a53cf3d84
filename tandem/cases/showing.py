"""What came with messages, on its way to a browser: files, pictures, and mails as they were sent."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views import View

from tandem.cases.models import Attachment, Message, Rendering
from tandem.cases.models.preview import Side
from tandem.kit import pictures
from tandem.kit.later import later
from tandem.kit.sending import send

# Nothing but words, the pictures that came along, and our own style sheet; links open elsewhere, as of nobody.
FRAME = (
    "default-src 'none'; img-src 'self'{elsewhere}; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


class AttachmentView(View):
    """A file, always as a download, never as a page of ours."""

    def get(self, request: HttpRequest, key: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        rows = Attachment.objects.visible_to(request.user).select_related("message")
        attachment = get_object_or_404(rows, key=key)
        attachment.must_be_open_to(request.user)
        return send(
            request,
            attachment.stored_as,
            name=attachment.name,
            size=attachment.size,
            sha256=attachment.sha256,
            content_type=attachment.content_type,
        )


class PreviewView(View):
    """A picture as we have drawn it anew, for pages of ours to show."""

    def get(self, request: HttpRequest, key: Any, side: int) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        attachment = get_object_or_404(Attachment.objects.visible_to(request.user), key=key)
        return _shown(request, attachment, side)


class AsSentView(View):
    """A message as it was sent, in a frame that may do nothing. Its address is for one reader, and ends."""

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        message = _named_by(word)
        rendering = Rendering.objects.of(message)
        if rendering is None:
            # The cleaner has learned since, or the job is still to come. Asked for twice, it is made once.
            later("cases.render", message_id=message.pk)
        whole = bool(rendering and rendering.whole) and request.GET.get("pictures") == "yes"
        response = render(request, "cases/message/as_sent.html", {"rendering": rendering, "whole": whole})
        response.headers["Content-Security-Policy"] = FRAME.format(elsewhere=" https: http:" if whole else "")
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        # With another policy browsers open no sandboxed page by itself.
        response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
        return response


class AsSentPictureView(View):
    """A picture that came with that message. The frame has no session, so the address says who reads."""

    def get(self, request: HttpRequest, word: str, nth: int) -> HttpResponseBase:
        attachments = dict(enumerate(_named_by(word).attachments.order_by("pk"), 1))
        if nth not in attachments:
            raise Http404
        return _shown(request, attachments[nth], Side.LARGE)


def _named_by(word: str) -> Message:
    message = Message.objects.shown_to(word)
    if message is None or not message.html:
        raise Http404
    return message


def _shown(request: HttpRequest, attachment: Attachment, side: int) -> HttpResponseBase:
    preview = get_object_or_404(attachment.previews, side=side) if attachment.is_open else None
    if preview is None:
        raise Http404
    response = send(
        request,
        preview.stored_as,
        name=attachment.name,
        size=preview.size,
        sha256=preview.sha256,
        content_type=pictures.TYPE,
        inline=True,
    )
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
