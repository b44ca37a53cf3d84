"""Where providers post: mail that came in, and what became of mail that went out. CSRF does not concern programs with a secret."""

import logging
import shutil
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from tandem.submit.hooks import providers, tracking
from tandem.submit.hooks.body import TooLarge, Unreadable, read
from tandem.submit.hooks.providers import PROVIDERS, NotThem, Provider, Shut
from tandem.submit.models import Submission

log = logging.getLogger(__name__)

LEAST_FREE = 200_000_000  # bytes
EVENTS = 2_000_000  # bytes of events at a time


@method_decorator(csrf_exempt, name="dispatch")
class HookView(View):
    """Whatever is our own fault is answered so that the provider tries again: 5xx, and never 403, after which some stop."""

    http_method_names = ["post", "head", "options"]

    def head(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponse()  # so some look whether we are there

    def post(self, request: HttpRequest, provider: str) -> HttpResponse:
        known = PROVIDERS.get(provider, Provider())
        try:
            return self.take(request, known, self.checked(request, known))
        except Shut:
            return _answer(HTTPStatus.NOT_FOUND, "This door is not open: docs/operate.md says how to open it.")
        except NotThem:
            refusal = _answer(HTTPStatus.UNAUTHORIZED, "Tell the secret, and sign where you can.")
            refusal.headers["WWW-Authenticate"] = 'Basic realm="Tandem"'
            return refusal
        except TooLarge:
            return _answer(known.reject, "It is larger than we take.")
        except Unreadable as why:
            log.error("A mail of %s cannot be taken: %s", provider, why)
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, str(why))

    def checked(self, request: HttpRequest, known: Provider) -> Any:
        raise NotImplementedError

    def take(self, request: HttpRequest, known: Provider, view: Any) -> HttpResponse:
        raise NotImplementedError


class MailHookView(HookView):
    """Mail that came in."""

    def checked(self, request: HttpRequest, known: Provider) -> Any:
        view = providers.view_of(known.inbound)
        providers.check_secret(view, request)
        return view

    def take(self, request: HttpRequest, known: Provider, view: Any) -> HttpResponse:
        assert known.mails is not None  # there is no inbound without
        if settings.DATA.exists() and shutil.disk_usage(settings.DATA).free < LEAST_FREE:
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "No room just now.")
        body = read(request, most=settings.MAIL_LIMIT * 3 // 2 + EVENTS)
        arrived = known.mails(request, body)
        providers.check_all(view, request)
        if any(not mail.raw.strip() or len(mail.raw) > settings.MAIL_LIMIT for mail in arrived):
            return _answer(known.reject, "It is empty, or larger than we take.")
        with transaction.atomic():
            for mail in arrived:
                to = filter(None, mail.recipients)
                Submission.objects.accept_mail(mail.raw, sender=mail.sender, recipients=to, checked_by=mail.checked_by)
        return _answer(HTTPStatus.OK, "Kept.")


class TrackingHookView(HookView):
    """What became of mail that went out."""

    def checked(self, request: HttpRequest, known: Provider) -> Any:
        view = providers.view_of(known.tracking)
        providers.check_secret(view, request)
        return view

    def take(self, request: HttpRequest, known: Provider, view: Any) -> HttpResponse:
        read(request, most=EVENTS)
        providers.check_all(view, request)
        try:
            events = view.parse_events(request)
        except Exception:
            log.warning("Events of %s cannot be read", view.esp_name, exc_info=True)
            return _answer(HTTPStatus.BAD_REQUEST, "This cannot be read.")
        with transaction.atomic():
            tracking.mark(events)
        return _answer(HTTPStatus.OK, "Noted.")


def _answer(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
