from typing import Any

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tandem.people"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        user_logged_out.connect(_end_streams, dispatch_uid="end streams")


def _end_streams(user: Any, **told: Any) -> None:
    from tandem.kit import live

    if user:
        live.end_streams_of(user.pk)
