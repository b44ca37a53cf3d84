"""Every address. Each room says its own in its `urls.py`, in up to three lists: `desk`, `portal` and `public`."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from tandem.config import health


def _said(window: str) -> list[URLPattern | URLResolver]:
    # What is asked for most is found first: the windows' own addresses.
    rooms = [*settings.WINDOWS, *settings.FLOOR, *settings.JOURNEY]
    modules = [import_module(f"{room}.urls") for room in rooms if find_spec(f"{room}.urls")]
    return [pattern for module in modules for pattern in getattr(module, window, [])]


handler500 = "tandem.config.trouble.handle"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("tandem.people.urls")),
    path("desk/", include(_said("desk"))),
    path("portal/", include(_said("portal"))),
    path("", include(_said("public"))),
]
