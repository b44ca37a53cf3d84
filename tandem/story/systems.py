"""A system of the company's own, which knows what its customers pay for: something for a collector to ask, in the demo."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views import View

from tandem.intake.models import Collector
from tandem.story.stage import ACCOUNTS

PAGE = "/demo/contracts/"
PLANS = {"basic": ("Starter", 10), "business": ("Team", 120), "enterprise": ("Enterprise", 2_000)}


def knows(slug: str) -> dict[str, Any] | None:
    """What it says of an account."""
    tier = next((tier for _name, known, tier, *_rest in ACCOUNTS if known == slug), None)
    if tier is None:
        return None
    plan, seats = PLANS[tier]
    return {"plan": {"name": plan, "seats": seats}, "flags": ["exports-v2"] if tier == "enterprise" else []}


def set_up(by: Any) -> None:
    """Have it asked about every case."""
    url = f"{settings.BASE_URL}{PAGE}{{account.slug}}/"
    pointers = {"plan": "/plan/name", "seats": "/plan/seats", "flags": "/flags"}
    secret = "only in the demo"  # noqa: S105
    Collector.objects.set_up(by=by, name="Contracts", url=url, pointers=pointers, secret=secret, cache_seconds=3600)


class SystemView(View):
    def get(self, request: HttpRequest, slug: str) -> JsonResponse:
        told = knows(slug) if settings.DEMO else None
        if told is None:
            raise Http404
        return JsonResponse(told)


@contextmanager
def answering() -> Iterator[None]:
    """While the story is told nobody serves pages yet, so it answers by itself where they will be."""
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", settings.PORT), _Answers)
    except OSError:  # somebody serves them already
        yield
        return
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told = knows(self.path.removeprefix(PAGE).strip("/"))
        self.send_response(200 if told else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *args: Any) -> None:
        pass
